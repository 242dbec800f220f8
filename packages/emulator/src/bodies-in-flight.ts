import { RefusedRequestError } from '@dataset-items/http';

/** Largest number of bytes of all bodies in progress in this process: decompressed, together with the values parsed of them. */
const MOST_BYTES = 256 * 2 ** 20;

const held = new WeakMap<Request, number>();
let total = 0;

/**
 * Counts bytes that a request takes in memory until it is answered. A request is never refused for its size if it is the only one.
 * @throws RefusedRequestError a 429 if there is no room besides the other requests; clients try again later
 */
export function holdBytes(request: Request, count: number): void {
  const own = held.get(request) ?? 0;
  if (total + count > MOST_BYTES && total > own) {
    throw new RefusedRequestError('rate-limit-exceeded', `Bodies of other requests take ${total - own} bytes: try again later`, {
      headers: { 'retry-after': '1' },
    });
  }
  held.set(request, own + count);
  total += count;
}

/** Must be called when a request was answered or its body is no longer needed. */
export function releaseBytes(request: Request): void {
  total -= held.get(request) ?? 0;
  held.delete(request);
}

/** Bytes that are counted at the moment. */
export function bytesInFlight(): number {
  return total;
}
