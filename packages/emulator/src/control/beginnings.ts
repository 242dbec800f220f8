/** Bytes of a body that are kept for the list of requests. */
export const BEGINNING = 4096;

const read = new WeakMap<Request, Uint8Array>();

/** Keeps the beginning of the body of a request that was read. */
export function keepBeginning(request: Request, chunks: readonly Uint8Array[]): void {
  const size = chunks.reduce((sum, chunk) => sum + chunk.length, 0);
  const kept = new Uint8Array(Math.min(size, BEGINNING));
  let done = 0;
  for (const chunk of chunks) {
    if (done === kept.length) break;
    const part = chunk.subarray(0, kept.length - done);
    kept.set(part, done);
    done += part.length;
  }
  read.set(request, kept);
}

/** `undefined`: nothing has read it. */
export function beginningRead(request: Request): Uint8Array | undefined {
  return read.get(request);
}
