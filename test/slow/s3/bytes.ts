import { createHash } from 'node:crypto';

/** Bytes that differ everywhere, in chunks of one memory. */
export async function* chunksOf(length: number, size = 70_000): AsyncGenerator<Uint8Array> {
  const memory = Buffer.alloc(size);
  for (let at = 0; at < length; at += size) {
    const chunk = memory.subarray(0, Math.min(size, length - at));
    for (let index = 0; index < chunk.length; index++) chunk[index] = byteAt(at + index);
    yield chunk;
    memory.fill(0);
  }
}

const byteAt = (at: number): number => (at ^ (at >>> 8) ^ (at >>> 16)) & 0xff;

export async function hashOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks) hash.update(chunk);
  return hash.digest('hex');
}

export async function* rangeOf(from: number, to: number): AsyncGenerator<Uint8Array> {
  yield Buffer.from(Array.from({ length: to - from }, (_, index) => byteAt(from + index)));
}
