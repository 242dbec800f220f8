import { Readable } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { Malformed } from '../malformed.js';
import type { Packing } from './packing.js';

/** Undoes a packing. @throws Malformed if they are corrupt or end too early */
export async function* unpack(packing: Packing, chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Buffer> {
  const unpacker = await packing.unpacker();
  // An error of the chunks is thrown as it is; only an error of the unpacker is about the data.
  let failure: { error: unknown } | undefined;
  const feed = async function* (): AsyncGenerator<Uint8Array> {
    try {
      yield* chunks;
    } catch (error) {
      failure = { error };
      throw error;
    }
  };
  let length = 0;
  const fed = pipeline(Readable.from(feed(), { objectMode: false, highWaterMark: 1 }), unpacker);
  // Reading the unpacker throws the same error.
  fed.catch(() => undefined);
  try {
    for await (const chunk of unpacker as AsyncIterable<Buffer>) {
      length += chunk.length;
      yield chunk;
    }
  } catch (cause) {
    if (failure !== undefined) throw failure.error;
    throw new Malformed(length, packing.faultOf(cause as NodeJS.ErrnoException), { cause, fatal: true });
  } finally {
    unpacker.destroy();
    await fed.catch(() => undefined);
  }
}
