import type { Item } from '@dataset-items/query-pipeline';
import { type CheckedSource, type Window, wholeWindow } from '@dataset-items/sources';

export async function itemsOf(source: CheckedSource, window: Partial<Window> = {}): Promise<Item[]> {
  const items: Item[] = [];
  for await (const batch of source.read({ ...wholeWindow, ...window })) items.push(...batch);
  return items;
}

export function numbers(count: number, from = 0): Item[] {
  return Array.from({ length: count }, (_, index) => ({ n: from + index }));
}
