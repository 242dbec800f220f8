import fc from 'fast-check';
import { expect } from 'vitest';
import { type ExportOptions, exportItems, type Report } from '../../../packages/exporter/src/index.js';
import { type Random, randomOf } from '../../../packages/kernel/src/testing/random.js';
import type { LaneCase } from './cases.js';
import { sourceOf } from './source.js';

/** How many cases were compared, and which way their items took. */
export interface Compared {
  cases: number;
  failed: number;
  /** Items that the kernel processed. */
  inKernel: number;
  /** Numbers that JavaScript prints as others, which the reports name, and exports that keep them. */
  changed: number;
  exact: number;
  /** Items that were parsed, by the reason. */
  readonly parsed: Map<string, number>;
}

/** Milliseconds for a law on a busy machine. */
export const LONGEST = 1_800_000;

/** Cases of a run of a property: each run has a cost of its own, which so many share. */
const TOGETHER = 50;

/** Compares the lanes over random cases, and writes the counts on standard output. */
export async function compareLanes(name: string, draw: (random: Random) => LaneCase, together = TOGETHER): Promise<Compared> {
  const compared: Compared = { cases: 0, failed: 0, inKernel: 0, changed: 0, exact: 0, parsed: new Map() };
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = randomOf(seed);
      for (let left = together; left > 0; left--) await compare(draw(random), compared);
    }),
  );
  const { parsed, ...counts } = compared;
  process.stdout.write(`${name}: ${JSON.stringify({ ...counts, parsed: Object.fromEntries(parsed) })}\n`);
  return compared;
}

/** The same bytes and report, or the same error. */
export async function compare(laneCase: LaneCase, compared?: Compared): Promise<void> {
  let aside = 0;
  let items = 0;
  const onParsed = (reason: string): void => {
    aside++;
    compared?.parsed.set(reason, (compared.parsed.get(reason) ?? 0) + 1);
  };
  const onItems = (count: number): void => {
    items += count;
  };
  const reusesChunks = laneCase.piece % 4 < 2;
  const byBytes = await outcomeOf(laneCase, { onParsed, onItems, reusesChunks });
  const byObjects = await outcomeOf(laneCase, { byteLane: false });
  expect(byBytes, described(laneCase)).toEqual(byObjects);
  if (compared === undefined) return;
  compared.cases++;
  if ('error' in byBytes) compared.failed++;
  else if (keepsDigits(laneCase, byBytes.text)) compared.exact++;
  else compared.changed += byBytes.report.changedNumbers.count;
  // Items that were skipped were parsed, and are not counted among the items.
  compared.inKernel += Math.max(0, items - aside);
}

/** Whether an exact export has a number that JavaScript prints otherwise. */
function keepsDigits({ query }: LaneCase, text: string): boolean {
  const isExact = typeof query === 'object' && 'exact' in query && query.exact === true;
  const numbers = text.match(/-?\b\d[\d.]{15,}(?:[eE][+-]?\d+)?/g) ?? [];
  return isExact && numbers.some((number) => String(Number(number)) !== number);
}

function described({ parts, ...rest }: LaneCase): string {
  return JSON.stringify({ ...rest, parts: parts.map(({ layout, text }) => ({ layout, text: text.toString() })) });
}

type Outcome = { readonly text: string; readonly report: Report } | { readonly error: object };

/** All that an export tells: its bytes and report, or its error. */
export async function outcomeOf(laneCase: LaneCase, settings: ExportOptions): Promise<Outcome> {
  const chunks: Uint8Array[] = [];
  try {
    const { bytes, report } = await exportItems(sourceOf(laneCase), laneCase.query, settings);
    for await (const chunk of bytes) chunks.push(settings.reusesChunks ? Buffer.from(chunk) : chunk);
    return { text: Buffer.concat(chunks).toString('latin1'), report: await report };
  } catch (error) {
    return { error: { ...(error as Error), message: (error as Error).message } };
  }
}
