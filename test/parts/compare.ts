import { datasetOfFiles } from '@dataset-items/parts';
import { formats, type ReadOptions, type RequestInput } from 'dataset-items';
import { expect } from 'vitest';
import type { Random } from '../../packages/kernel/src/testing/random.js';
import { workbookFormat } from '../../packages/serializers/src/formats/xlsx.js';
import { type Emphasis, ordinary, randomCase } from '../laws/lanes/cases.js';
import { memoryStore } from './memory-store.js';
import { type Asked, filesOf, inOneGo, inParts, scratch, type Told } from './split.js';

export interface SplitCounts {
  cases: number;
  ranges: number;
  /** Cases of more than one range. */
  split: number;
  failed: number;
  /** Tables whose columns are found. */
  spooled: number;
  /** Cases whose items are counted first. */
  counted: number;
}

const formatNames = ['json', 'jsonl', 'csv', 'html', 'xml', 'rss', 'xlsx', 'xlsx'];

/** Sheets of few rows, so that small workbooks have several sheets and runs. */
export const smallSheets = { ...formats, xlsx: workbookFormat({ maxRows: 6, restart: 2 }) };

/**
 * Few names, so that `fields` often lists what `unwind` contributes. Then the place of a column follows from the items of all ranges, which
 * ordinary cases show once in a thousand.
 */
const contributed: Emphasis = {
  formats: ['csv', 'html'],
  layouts: ['jsonl'],
  keys: ['"a"', '"b"', '"c"'],
  names: ['a', 'b', 'c'],
  rarity: 2,
};

/** Random JSON Lines for files, a random query, and ranges of a random size. */
export interface SplitCase {
  /** The text of a file each. */
  readonly texts: readonly Buffer[];
  readonly reading: ReadOptions;
  readonly asked: Asked;
  readonly format: string;
  readonly rangeBytes: number;
}

export function randomSplit(random: Random, emphasis: Emphasis): SplitCase {
  const { parts, query, skipMalformed, lenient = false, maxDepth } = randomCase(random, emphasis);
  const reading: ReadOptions = {
    ...{ inputFormat: 'jsonl', maxDepth },
    ...(skipMalformed && { skipMalformed }),
    ...(lenient && { lenient }),
  };
  const format = random.once(3) ? random.pick(formatNames) : (query as { readonly format: string }).format;
  const asked = {
    request: { ...(query as object), format } as RequestInput,
    settings: { withoutColumns: random.pick(['write', 'refuse'] as const), byteLane: random.once(2) },
  };
  const texts = parts.map(({ text }) => text);
  return { texts, reading, asked, format, rangeBytes: random.pick([1, 20, 60, 200, 100_000]) };
}

/** A random case in parts, which are read in a random order. */
export async function compareSplit(random: Random, counts: SplitCounts): Promise<void> {
  const emphasis = random.once(3) ? contributed : ordinary;
  const { texts, reading, asked: drawn, format, rangeBytes } = randomSplit(random, emphasis);
  const asked = { ...drawn, settings: { ...drawn.settings, formats: smallSheets } };
  await scratch(async (folder) => {
    const paths = filesOf(folder, texts);
    const expected = await inOneGo(paths, reading, asked);
    const open = () => datasetOfFiles(paths, reading);
    const cut: Parameters<typeof inParts>[3] = {
      rangeBytes,
      cut: (ranges) => {
        counts.ranges += ranges.length;
        if (ranges.length > 1) counts.split++;
        return ranges;
      },
      shuffle: (tasks) => (random.once(2) ? tasks.toReversed() : tasks),
    };
    const split = await inParts(random.once(4) ? `${folder}/store` : memoryStore(), open, asked, cut);
    const shown = JSON.stringify({ texts: texts.map(String), reading, asked, rangeBytes });
    expect(comparable(split), shown).toEqual(comparable(expected));
    counts.cases++;
    if ('error' in expected) counts.failed++;
    const { columns, offset, limit } = asked.request as { columns?: unknown; offset?: number; limit?: number };
    if (['csv', 'html', 'xlsx'].includes(format) && columns === undefined) counts.spooled++;
    if ((offset ?? 0) > 0 || (limit ?? 0) > 0) counts.counted++;
  });
}

/** Which dropped columns are examples depends on when columns are dropped. */
export function comparable(told: Told): unknown {
  if ('error' in told) return told;
  const { columns, ...report } = told.report as { columns?: { overLimit: { count: number; atLeast: boolean } } };
  if (columns === undefined) return told;
  const { count, atLeast } = columns.overLimit;
  return { ...told, report: { ...report, columns: { ...columns, overLimit: { count, atLeast } } } };
}
