import { ByteWriter } from '@dataset-items/serializers';
import type { Working } from './working.js';

/** A document of records. */
export function documentOf(working: Working): { readonly chunks: AsyncIterable<Uint8Array>; readonly columns?: undefined } {
  return { chunks: chunksOf(working) };
}

async function* chunksOf({ order, read }: Working): AsyncGenerator<Uint8Array> {
  const { format, options, facts, replaced } = order;
  const frame = format.kind === 'document' ? format.frame?.(options, facts, replaced) : undefined;
  if (frame === undefined) throw new Error('no frame of documents');
  const { head, first = '', between = '', tail } = frame;
  const writer = new ByteWriter();
  writer.text(await head());
  let any = false;
  for await (const given of read()) {
    if (!('chunk' in given)) continue;
    if (any) yield given.chunk;
    else {
      // Each range begins with the separator of records, which the first record must not have.
      any = true;
      writer.text(first);
      yield writer.take();
      yield given.chunk.subarray(Buffer.byteLength(between));
    }
  }
  writer.text(tail(any));
  if (writer.length > 0) yield writer.take();
}
