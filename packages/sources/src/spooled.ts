import { openTemporaryFile } from '@dataset-items/temporary-file';
import { findLinesBackwards } from './formats/jsonl.js';
import { type Found, parseFound } from './source.js';

/** The same items from the last to the first, for what can only be read forwards: kept in a temporary file meanwhile. */
export async function* reverseThroughFile(
  source: string,
  items: AsyncIterable<Found>,
  temporaryDirectory: string | undefined,
  signal: AbortSignal | undefined,
): AsyncGenerator<Found> {
  const file = await openTemporaryFile(temporaryDirectory);
  try {
    for await (const found of items) {
      const batch = await parseFound(found, 0, found.count);
      await file.append(Buffer.from(batch.map((item) => `${JSON.stringify(item)}\n`).join('')));
    }
    yield* findLinesBackwards(source, file, Number.POSITIVE_INFINITY, signal);
  } finally {
    await file.close();
  }
}
