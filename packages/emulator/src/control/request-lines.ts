import type { SeenRequest } from './traffic.js';

/** `12:30:05 GET /v2/datasets/a/items?limit=1 200 1234 B 5.1 ms`, in UTC. */
export function requestText({ at, method, target, status, bytes, milliseconds, state }: SeenRequest): string {
  const words = [at.toISOString().slice(11, 19), method, target, status ?? '-', `${bytes} B`, `${milliseconds ?? '-'} ms`];
  return [...words, ...(state === 'complete' ? [] : [state])].join(' ');
}

/** A JSON object on one line. */
export function requestJson(request: SeenRequest): string {
  return JSON.stringify(request);
}
