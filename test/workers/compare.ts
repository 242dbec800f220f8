import { expect } from 'vitest';
import type { Random } from '../../packages/kernel/src/testing/random.js';
import type { Emphasis } from '../laws/lanes/cases.js';
import { comparable, randomSplit, type SplitCase } from '../parts/compare.js';
import { filesOf, inOneGo, scratch, type Told } from '../parts/split.js';

export interface WorkerCounts {
  cases: number;
  failed: number;
  /** Items that the exports in threads have reported to `onItems`. */
  items: number;
}

/** A random export in this thread, and in threads, whose number and ranges are not to be seen in anything that it tells. */
export async function compareWorkers(
  random: Random,
  emphasis: Emphasis,
  numbers: readonly number[],
  counts: WorkerCounts,
): Promise<void> {
  await compareCase(randomSplit(random, emphasis), numbers, counts);
}

export async function compareCase(drawn: SplitCase, numbers: readonly number[], counts: WorkerCounts): Promise<void> {
  const { texts, reading, asked, rangeBytes } = drawn;
  await scratch(async (folder) => {
    const paths = filesOf(folder, texts);
    const expected = await inOneGo(paths, reading, asked);
    let first: Told | undefined;
    for (const workers of numbers) {
      let items = 0;
      const onItems = (count: number): void => {
        items += count;
      };
      const told = await inOneGo(paths, reading, { ...asked, settings: { ...asked.settings, workers, rangeBytes, onItems } });
      const shown = JSON.stringify({ ...drawn, texts: texts.map(String), workers });
      expect(comparable(told), shown).toEqual(comparable(expected));
      first ??= told;
      expect(told, shown).toEqual(first);
      if ('report' in told) expect(items, shown).toBe((told.report as { readonly itemsRead: number }).itemsRead);
      counts.items += items;
    }
    counts.cases++;
    if ('error' in expected) counts.failed++;
  });
}
