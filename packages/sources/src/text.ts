import { MalformedInputError } from '@dataset-items/query-pipeline';
import { readHead } from './bytes.js';
import { isTelling, isUtf16, textForm } from './detect.js';
import { findValues } from './formats/json.js';
import { findLines } from './formats/jsonl.js';
import type { Found } from './source.js';

/** Items of a stream of bytes, JSON Lines or JSON, told apart by what the bytes hold. */
export async function* findInText(source: string, bytes: AsyncIterable<Uint8Array>, maxDepth: number): AsyncGenerator<Found> {
  const head = await readHead(bytes, isTelling);
  try {
    if (isUtf16(head.bytes)) throw new MalformedInputError(source, { line: 1, byte: 0 }, 'UTF-16 text; UTF-8 is expected');
    const input = { source, chunks: head.chunks, dropped: head.dropped, maxDepth };
    yield* textForm(head.bytes) === 'values' ? findValues(input) : findLines(input);
  } finally {
    await head.close();
  }
}
