/** Bytes of a body that are kept for the list of requests. */
export const BEGINNING = 4096;

const read = new WeakMap<Request, Uint8Array>();

/** Keeps the beginning of the body of a request that was read. */
export function keepBeginning(request: Request, bytes: Uint8Array): void {
  read.set(request, new Uint8Array(bytes.subarray(0, BEGINNING)));
}

/** `undefined`: nothing has read it. */
export function beginningRead(request: Request): Uint8Array | undefined {
  return read.get(request);
}
