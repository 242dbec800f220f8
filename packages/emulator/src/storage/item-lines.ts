import type { Item } from '@dataset-items/query-pipeline';
import { itemsSource } from '@dataset-items/sources';
import { countItem, emptyTally, type Tally } from './tally.js';

/** Items on their way into a store. */
export interface Pushed {
  /** Compact JSON, without line ends. */
  readonly lines: readonly string[];
  /** Of these items. */
  readonly tally: Tally;
}

/**
 * What JSON does not know is taken as `JSON.stringify` takes it.
 * @throws MalformedInputError naming the item, for what is not an object and for what is nested too deeply
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
  }
  return { lines, tally };
}
