import { readdir, stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Item } from '@dataset-items/query-pipeline';
import { missingPathIsUndefined, readObject } from '../../storage/disk.js';
import type { StoredDataset } from '../../storage/store.js';
import type { OpenRunLog } from '../log/run-log.js';

/** Items per push. */
const together = 500;
/** Files read at the same time. */
const atOnce = 16;

export interface ItemFiles {
  /** Pushes new complete files in order, up to the first one that is missing. */
  takeMore(): Promise<void>;
  /** Pushes all other files, after the process has ended. Files that are not items are skipped, and the log reports them. */
  takeRest(): Promise<void>;
}

/**
 * Copies the items of a Crawlee dataset directory (`000000001.json` and so on) into a dataset, each once.
 * @param taken number of items that are already in the dataset
 */
export function itemFiles(directory: string, dataset: StoredDataset, log: OpenRunLog, taken: number): ItemFiles {
  let next = taken + 1;
  let made: string | undefined;
  const push = async (items: readonly Item[]): Promise<void> => {
    if (items.length > 0) await dataset.push(items);
  };
  /** A directory that was removed and created again is numbered from 1 again. */
  const startAnew = async (): Promise<void> => {
    const found = await stat(directory).catch(missingPathIsUndefined);
    const now = found && `${found.ino} ${found.birthtimeMs}`;
    if (made !== undefined && made !== now) next = 1;
    made = now;
  };
  return {
    async takeMore() {
      await startAnew();
      for (let items: Item[] = await readFrom(directory, next); items.length > 0; items = await readFrom(directory, next)) {
        await push(items);
        next += items.length;
      }
    },
    async takeRest() {
      await startAnew();
      const names = (await readdir(directory).catch(missingPathIsUndefined)) ?? [];
      const left = names.filter((name) => itemName.test(name) && Number.parseInt(name, 10) >= next);
      left.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
      for (let from = 0; from < left.length; from += together) {
        const some = left.slice(from, from + together);
        const items = await readAll(some.map((name) => join(directory, name)));
        for (const [index, item] of items.entries()) {
          if (item === undefined) log.write(`${some[index]} is not a JSON object, and was skipped`);
        }
        await push(items.filter((item) => item !== undefined));
      }
      next = Math.max(next, Number.parseInt(left.at(-1) ?? '0', 10) + 1);
    },
  };
}

const itemName = /^\d+\.json$/;

/** Reads consecutive items up to the first one that is missing or incomplete. */
async function readFrom(directory: string, first: number): Promise<Item[]> {
  const items: Item[] = [];
  while (items.length < together) {
    const numbers = Array.from({ length: items.length === 0 ? 1 : atOnce }, (_, index) => first + items.length + index);
    const read = await readAll(numbers.map((number) => join(directory, `${String(number).padStart(9, '0')}.json`)));
    const end = read.indexOf(undefined);
    items.push(...(read.slice(0, end === -1 ? read.length : end) as Item[]));
    if (end !== -1) break;
  }
  return items;
}

/** `undefined` for a file that is missing, incomplete, or not an item. */
async function readAll(paths: readonly string[]): Promise<(Item | undefined)[]> {
  const items: (Item | undefined)[] = [];
  for (let from = 0; from < paths.length; from += atOnce) {
    items.push(...(await Promise.all(paths.slice(from, from + atOnce).map(readObject))));
  }
  return items;
}
