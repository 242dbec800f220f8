import type { Item } from '@dataset-items/query-pipeline';
import { openTemporaryFile } from '@dataset-items/temporary-file';
import type { FaultLog } from './faults.js';
import { Malformed } from './faults.js';
import { findLinesBackwards } from './formats/jsonl.js';
import { type Found, locate, parseFound, type Skip } from './found.js';
import type { Reading } from './reading.js';
import { jsonParser } from './spans.js';

/**
 * The same items from the last to the first, for what can only be read forwards: kept in a temporary file meanwhile. What is malformed
 * and to be skipped keeps its place, as a line that holds a list instead of an object.
 */
export async function* reverseThroughFile(
  source: string,
  items: AsyncIterable<Found>,
  { temporaryDirectory, skipMalformed }: Reading,
  faults: FaultLog,
  signal: AbortSignal | undefined,
): AsyncGenerator<Found> {
  const file = await openTemporaryFile(temporaryDirectory);
  try {
    for await (const found of items) await file.append(Buffer.from(await linesOf(found)));
    const parseSpan = jsonParser(Number.POSITIVE_INFINITY);
    const kept = skipMalformed ? faults : undefined;
    for await (const found of findLinesBackwards({ source, file, parseSpan, faults: kept, signal })) {
      yield { ...found, parse: (from, to, skip) => found.parse(from, to, skip && ((line) => skip(fromLine(line)))) };
    }
  } finally {
    await file.close();
  }
}

async function linesOf(found: Found): Promise<string> {
  if (found.faults === undefined) return textOf(await parseFound(found, 0, Number.POSITIVE_INFINITY));
  const met = new Map<Item, Malformed>();
  const keepPlace: Skip = (malformed) => {
    const place: Item = {};
    met.set(place, malformed);
    return place;
  };
  const batch = await found.parse(0, Number.POSITIVE_INFINITY, keepPlace);
  const lines: unknown[] = [];
  for (const item of batch) {
    const malformed = met.get(item);
    if (malformed === undefined) lines.push(item);
    else {
      const { source, line, byte, reason } = await locate(found, malformed);
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
