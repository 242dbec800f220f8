import type { Item } from '@dataset-items/query-pipeline';
import { openTemporaryFile } from '@dataset-items/temporary-file';
import { readLinesBackwards } from './formats/jsonl.js';
import type { FaultLog } from './malformed.js';
import { Malformed } from './malformed.js';
import { locate, parseRawBatch, placeNumbers, type RawBatch, type Skip } from './raw-batch.js';
import type { Reading } from './reading.js';
import { jsonParser } from './spans.js';

interface SpoolOptions extends Pick<Reading, 'temporaryDirectory'> {
  readonly skipMalformed?: boolean | undefined;
}

/**
 * The same items in reverse, for input that can only be read forwards. They are kept in a temporary file. A malformed item that is to be
 * skipped keeps its place, as a line that holds a list instead of an object.
 */
export async function* reverseThroughFile(
  source: string,
  items: AsyncIterable<RawBatch>,
  { temporaryDirectory, skipMalformed }: SpoolOptions,
  faults: FaultLog,
  signal: AbortSignal | undefined,
): AsyncGenerator<RawBatch> {
  const file = await openTemporaryFile(temporaryDirectory);
  try {
    for await (const raw of items) await file.append(Buffer.from(await linesOf(raw)));
    const parseSpan = jsonParser(Number.POSITIVE_INFINITY);
    const kept = skipMalformed ? faults : undefined;
    for await (const raw of readLinesBackwards({ source, file, parseSpan, faults: kept, signal })) {
      yield { ...raw, parse: (from, to, skip) => raw.parse(from, to, skip && ((line) => skip(fromLine(line)))) };
    }
  } finally {
    await file.close();
  }
}

async function linesOf(raw: RawBatch): Promise<string> {
  if (raw.faults === undefined) return textOf(await parseRawBatch(raw, 0, Number.POSITIVE_INFINITY));
  const met = new Map<Item, Malformed>();
  const keepPlace: Skip = (malformed) => {
    const place: Item = {};
    met.set(place, malformed);
    return place;
  };
  const batch = await raw.parse(0, Number.POSITIVE_INFINITY, keepPlace);
  await placeNumbers(raw);
  const lines: unknown[] = [];
  for (const item of batch) {
    const malformed = met.get(item);
    if (malformed === undefined) lines.push(item);
    else {
      const { source, line, byte, reason } = await locate(raw, malformed);
      lines.push([byte, reason, source, line]);
    }
  }
  return textOf(lines);
}

function textOf(values: readonly unknown[]): string {
  return values.map((value) => `${JSON.stringify(value)}\n`).join('');
}

function fromLine({ value }: Malformed): Malformed {
  const [byte, reason, source, line] = value as [number, string, string, number];
  return new Malformed(byte, reason, { place: { source, line } });
}
