import type { Readable } from 'node:stream';
import type { HeaderLines } from '../header-lines.js';

/** One request to the upstream. */
export interface Asked {
  readonly method: string;
  /** Path and query, below the base of the upstream. */
  readonly path: string;
  /** Headers that are passed on, without those of one connection. */
  readonly headers: HeaderLines;
  readonly body?: Readable | undefined;
  readonly signal: AbortSignal;
}

/** The response of the upstream. The receiver must read its body or destroy it. */
export interface Answer {
  readonly status: number;
  readonly statusText: string;
  readonly headers: HeaderLines;
  readonly body: Readable;
  /** Complete when the body has ended. */
  readonly trailers: Readonly<Record<string, string>>;
}

export interface Upstream {
  readonly origin: string;
  /** Sends a request. @throws RefusedRequestError (there is no valid response), or the reason of the signal */
  ask(asked: Asked): Promise<Answer>;
  close(): Promise<void>;
}
