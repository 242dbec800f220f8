import type { Item } from '@dataset-items/query-pipeline';
import { itemsSource } from '@dataset-items/sources';

/**
 * Items as they are stored: compact JSON, each without its line end. What JSON does not know is taken as `JSON.stringify` takes it.
 * @throws MalformedInputError naming the item, for what is not an object and for what is nested too deeply
 */
export async function itemLines(items: readonly Item[], name: string): Promise<string[]> {
  const lines: string[] = [];
  for await (const batch of itemsSource(items, { facts: { name } }).read()) {
    for (const item of batch) lines.push(JSON.stringify(item));
  }
  return lines;
}
