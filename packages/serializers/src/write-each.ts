import type { ByteWriter } from './bytes.js';

/**
 * Writes records one after the other, and gives each full chunk. The rest stays in the writer, unless the input pauses: then it is given
 * too.
 */
export async function* writeEach<R>(
  batches: AsyncIterable<readonly R[]>,
  writer: ByteWriter,
  write: (record: R) => void,
): AsyncGenerator<Uint8Array> {
  for await (const batch of batches) {
    for (const record of batch) {
      write(record);
      if (writer.full) yield writer.take();
    }
    if (batch.length === 0) yield* writer.held();
  }
}
