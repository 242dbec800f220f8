import { Readable } from 'node:stream';
import { RefusedRequestError } from '@dataset-items/http';
import { type HeaderLines, valuesOf } from '../header-lines.js';

/**
 * The body of a request, as a stream for the upstream. `undefined`: it has none.
 * @param most bytes
 * @throws RefusedRequestError if it is larger: from this call, or while the body is read
 */
export function requestBody(incoming: Readable, headers: HeaderLines, most: number): Readable | undefined {
  const [length] = valuesOf(headers, 'content-length');
  if (length === undefined && valuesOf(headers, 'transfer-encoding').length === 0) return undefined;
  const refusal = (): RefusedRequestError =>
    new RefusedRequestError('request-too-large', `The body is larger than ${most} bytes, the largest size allowed`);
  if (Number(length) > most) throw refusal();
  if (length === '0') return undefined;
  return Readable.from(bounded(incoming, most, refusal), { objectMode: false });
}

/** If it is not read to its end, the connection stays open, because the client still gets a response. */
async function* bounded(incoming: Readable, most: number, refusal: () => Error): AsyncGenerator<Uint8Array> {
  let count = 0;
  for await (const chunk of incoming.iterator({ destroyOnReturn: false })) {
    count += chunk.length;
    if (count > most) throw refusal();
    yield chunk;
  }
}
