import { RefusedRequestError } from '@dataset-items/http';
import type { Arguments, Registry } from '@dataset-items/query-pipeline';
import type { Signed } from '../access/signature.js';
import type { Caller } from '../caller.js';
import type { Services } from '../services.js';

/** One request on its way to a route. */
export interface Call {
  readonly request: Request;
  readonly url: URL;
  readonly caller: Caller;
  readonly services: Services;
  /** All of them. */
  readonly routes: readonly Route[];
  /** `https://example.com`: where the caller finds the emulator. */
  readonly origin: string;
  /** What stands in the path for `:name`, decoded. */
  segment(name: string): string;
}

/** One endpoint. The router, `openapi.json`, 405s and the table in docs/emulator.md are derived from it. */
export interface Route<R extends Registry = Registry> {
  /** A GET answers HEAD too. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'DELETE';
  /** `/v2/datasets/:datasetId`. What is served under `/v2/actors` is served under `/v2/acts` too. */
  readonly path: string;
  /** Its name in `openapi.json`; unique. */
  readonly operation: string;
  readonly summary: string;
  /** Query parameters. An unknown one is ignored, a wrong value is a 400. Default: none. */
  readonly parameters?: R;
  /** What the body of a request holds. Default: none is read. */
  readonly takes?: { readonly media: string; readonly summary: string; readonly required?: boolean };
  /** Of an answer when all went well. Default 200. */
  readonly status?: number;
  /** Name in api-schemas of what `data` of the answer holds. */
  readonly answers?: string;
  /** Media types of an answer that is not wrapped in `data`. */
  readonly sends?: readonly string[];
  /** Needs no token. */
  readonly open?: boolean;
  /** What a signature in the URL must be of, to do without a token. Default: none does. @throws RefusedRequestError where it is not there */
  readonly signed?: (call: Call) => Signed;
  /** Where it is not as the API's, in a sentence for docs/emulator.md. */
  readonly differs?: string;
  answer(call: Call, given: Arguments<R>): Response | Promise<Response>;
}

/** A route whose `answer` is given its own parameters. */
export function route<const R extends Registry = Record<never, never>>(definition: Route<R>): Route {
  return definition;
}

/** @param what `Dataset`, at the start of the message */
export function notFound(what: string): RefusedRequestError {
  return new RefusedRequestError('record-not-found', `${what} was not found`);
}
