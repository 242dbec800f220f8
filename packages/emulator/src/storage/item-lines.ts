import { sharedPause } from '@dataset-items/exporter';
import type { Item } from '@dataset-items/query-pipeline';
import { itemsSource } from '@dataset-items/sources';
import { countItem, emptyTally, type Tally } from './tally.js';

/** Items to be stored. */
export interface Pushed {
  /** Compact JSON, without line ends. */
  readonly lines: readonly string[];
  /** Counts of these items. */
  readonly tally: Tally;
}

/**
 * Values that JSON does not have are converted as `JSON.stringify` does.
 * @throws MalformedInputError naming the item, if it is not an object or is nested too deeply
 */
export async function itemLines(items: readonly Item[], name: string): Promise<Pushed> {
  const lines: string[] = [];
  const tally = emptyTally();
  for await (const batch of itemsSource(items, { facts: { name } }).read()) {
    for (const item of batch) {
      const line = JSON.stringify(item);
      lines.push(line);
      countItem(tally, item, line);
    }
    await sharedPause();
  }
  return { lines, tally };
}
