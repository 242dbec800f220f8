import type { Readable } from 'node:stream';
import { RefusedRequestError } from '@dataset-items/http';

/** The chunks of a body that should be small. @param most bytes @throws RefusedRequestError when it is larger; the error of the body */
export async function readWhole(body: Readable, most: number): Promise<Buffer[]> {
  const chunks: Buffer[] = [];
  let length = 0;
  for await (const chunk of body) {
    length += chunk.length;
    if (length > most) {
      const refusal = { type: 'upstream-failed', status: 502 };
      throw new RefusedRequestError(refusal, `The upstream answered with more than ${most} bytes, the largest size allowed`);
    }
    chunks.push(chunk);
  }
  return chunks;
}
