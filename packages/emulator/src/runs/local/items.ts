import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { type Item, isItem } from '@dataset-items/query-pipeline';
import type { StoredDataset } from '../../storage/store.js';
import type { OpenRunLog } from '../log/run-log.js';

/** Items pushed together. */
const together = 500;
/** Files read at the same time. */
const atOnce = 16;

export interface ItemFiles {
  /** Pushes what has come and is whole, in order, up to the first file that is not there yet. */
  takeMore(): Promise<void>;
  /** Pushes what is left when nobody writes any longer; what is not an item is left out, and the log says so. */
  takeRest(): Promise<void>;
}

/**
 * The items of a directory as Crawlee writes it, `000000001.json` and so on, each once.
 * @param taken how many are in the dataset already
 */
export function itemFiles(directory: string, dataset: StoredDataset, log: OpenRunLog, taken: number): ItemFiles {
  let next = taken + 1;
  let made: string | undefined;
  const push = async (items: readonly Item[]): Promise<void> => {
    if (items.length > 0) await dataset.push(items);
  };
  /** A directory that was dropped and made again counts from 1 again. */
  const startAnew = async (): Promise<void> => {
    const found = await stat(directory).catch(goneOrThrow);
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
      const names = (await readdir(directory).catch(goneOrThrow)) ?? [];
      const left = names.filter((name) => itemName.test(name) && Number.parseInt(name, 10) >= next);
      left.sort((a, b) => Number.parseInt(a, 10) - Number.parseInt(b, 10));
      for (let from = 0; from < left.length; from += together) {
        const some = left.slice(from, from + together);
        const items = await readAll(some.map((name) => join(directory, name)));
        for (const [index, item] of items.entries()) {
          if (item === undefined) log.write(`${some[index]} is not a JSON object, and was left out`);
        }
        await push(items.filter((item) => item !== undefined));
      }
      next = Math.max(next, Number.parseInt(left.at(-1) ?? '0', 10) + 1);
    },
  };
}

const itemName = /^\d+\.json$/;

/** So many consecutive items as are there and whole. */
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

/** `undefined` for what is not there, not whole, or no item. */
async function readAll(paths: readonly string[]): Promise<(Item | undefined)[]> {
  const items: (Item | undefined)[] = [];
  for (let from = 0; from < paths.length; from += atOnce) {
    items.push(...(await Promise.all(paths.slice(from, from + atOnce).map(readItem))));
  }
  return items;
}

async function readItem(path: string): Promise<Item | undefined> {
  const text = await readFile(path, 'utf8').catch(goneOrThrow);
  if (text === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(text);
    return isItem(value) ? value : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

export function goneOrThrow(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
  throw error;
}
