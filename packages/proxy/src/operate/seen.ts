/** What made a response. `engine`: the proxy, from items of the upstream; `proxy`: the proxy, without items. */
export type AnsweredBy = 'upstream' | 'engine' | 'cache' | 'source' | 'emulator' | 'proxy';

/** A request that was answered, without tokens and signatures. */
export interface SeenRequest {
  readonly at: Date;
  readonly method: string;
  /** Path and query, without secrets. */
  readonly target: string;
  readonly status: number;
  /** Bytes sent over the connection: header and body of the response. */
  readonly bytes: number;
  readonly milliseconds: number;
  readonly by: AnsweredBy;
  /** `cut`: the client disconnected, or the response failed before its end. */
  readonly state: 'complete' | 'cut';
}

/** `12:30:05 GET /v2/datasets/a/items?limit=1 200 1234 B 5.1 ms engine`, in UTC. */
export function seenText({ at, method, target, status, bytes, milliseconds, by, state }: SeenRequest): string {
  const words = [at.toISOString().slice(11, 19), method, target, status, `${bytes} B`, `${milliseconds} ms`, by];
  return [...words, ...(state === 'complete' ? [] : [state])].join(' ');
}

/** A JSON object on one line. */
export function seenJson(request: SeenRequest): string {
  return JSON.stringify(request);
}
