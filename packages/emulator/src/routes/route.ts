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
  /** The request as it was sent, before `?method=` changed its method. */
  readonly sent: Request;
  /** A browser's CORS preflight: it asks whether a page may send this request. */
  readonly isPreflight: boolean;
  /** The caller may read what is shared with everybody, and nothing else. */
  readonly isGuest: boolean;
  readonly services: Services;
  /** Every route. */
  readonly routes: readonly Route[];
  /** Base of URLs in responses, such as `https://example.com`: where the caller reaches the emulator. */
  readonly origin: string;
  /** The decoded part of the path that `:name` stands for. */
  segment(name: string): string;
  /** The parameters of the route, parsed. @throws InvalidParameterError */
  given(): Arguments<Registry>;
}

/** The resource of a URL that may be signed. It is looked up once, so that the resource checked is the resource sent. */
export interface Target {
  /** What the signature must have been made for. */
  readonly signed: Signed;
  /** Responds with the resource. */
  answer(): Response | Promise<Response>;
}

/** One endpoint. The router, `openapi.json`, 405s and the table in docs/emulator.md are derived from it. */
export type Route<R extends Registry = Registry> = Endpoint<R> & (Answering<R> | Signable<R>);

interface Answering<R extends Registry> {
  readonly target?: undefined;
  answer(call: Call, given: Arguments<R>): Response | Promise<Response>;
}

/** A route whose URL may be signed; a valid signature takes the place of a token. */
interface Signable<R extends Registry> {
  readonly answer?: undefined;
  /** @throws RefusedRequestError if there is no such resource */
  target(call: Call, given: Arguments<R>): Target | Promise<Target>;
}

interface Endpoint<R extends Registry> {
  /** A GET route also serves HEAD. */
  readonly method: 'GET' | 'POST' | 'PUT' | 'PATCH' | 'DELETE';
  /** `/v2/datasets/:datasetId`. What is served under `/v2/actors` is served under `/v2/acts` too. `*` at the end is any further path. */
  readonly path: string;
  /** Its name in `openapi.json`; unique. */
  readonly operation: string;
  readonly summary: string;
  /** `writes`: starts runs or changes what is stored; `controls`: changes the emulator itself. Independent of the method. */
  readonly does: 'reads' | 'writes' | 'controls';
  /** Query parameters. An unknown one is ignored, a wrong value is a 400. Default: none. */
  readonly parameters?: R;
  /** The body of a request. Default: no body is read. */
  readonly takes?: { readonly media: string; readonly summary: string; readonly required?: boolean };
  /** Status of a successful response. Default 200. */
  readonly status?: number;
  /** Name of the API's schema for `data` of the response. */
  readonly answers?: string;
  /** Media types of a response that is not wrapped in `data`. */
  readonly sends?: readonly string[];
  /** Served without a token, and to pages of any origin. */
  readonly open?: boolean;
  /** How it differs from the API, in a phrase for docs/emulator.md. */
  readonly differs?: string;
}

/** Defines a route; `answer` gets the route's own parameters with their types. */
export function route<const R extends Registry = Record<never, never>>(definition: Route<R>): Route {
  return definition;
}

/** @param what `Dataset`, at the start of the message */
export function notFound(what: string): RefusedRequestError {
  return new RefusedRequestError('record-not-found', `${what} was not found`);
}
