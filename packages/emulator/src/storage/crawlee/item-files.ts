import { readdir, stat } from 'node:fs/promises';
import type { FileNames } from '@dataset-items/sources';
import { missingIsUndefined } from '../disk.js';

/** Name of the file with Crawlee's own data about a dataset, store or queue. */
export const metadataFile = '__metadata__.json';

/** Names of item files in order. Crawlee's names are numbers of nine digits; if they have no gap, only the numbers are kept. */
export interface ItemFiles extends FileNames {
  /** Number of the file after the last one. */
  readonly next: number;
}

const noFiles: ItemFiles = run(1, 0);

/** The name of an item file, such as `000000001.json`. */
export function fileName(number: number): string {
  return `${String(number).padStart(9, '0')}.json`;
}

/** The same files, and `count` files after the last one. */
export function withMore(files: ItemFiles, count: number): ItemFiles {
  const { length, next } = files;
  const first = next - length;
  if (length === 0 || files.slice(0, 1)[0] === fileName(first)) return run(first, length + count);
  const names = [...files.slice(0, length), ...run(next, count).slice(0, count)];
  return listed(names, next + count);
}

/** The same files without the last one. */
export function withoutLast(files: ItemFiles): ItemFiles {
  const [names, next] = [files.slice(0, files.length - 1), files.next - 1];
  return isRun(names) ? run(next - names.length, names.length) : listed(names, next);
}

/** The item files of a directory. Empty if it does not exist. */
export async function readItemFiles(directory: string): Promise<ItemFiles> {
  const names = (await namesIn(directory)).filter(isItemFile).sort((a, b) => numberOf(a) - numberOf(b));
  const last = names.at(-1);
  if (last === undefined) return noFiles;
  const next = numberOf(last) + 1;
  return isRun(names) ? run(next - names.length, names.length) : listed(names, next);
}

/** Whether a directory with these files was written by Crawlee or a compatible program. */
export function isCrawlees(names: readonly string[]): boolean {
  return names.includes(metadataFile) || names.some(isItemFile);
}

/** Names of the directories in a directory. None if it does not exist. */
export async function directoriesIn(path: string): Promise<string[]> {
  const found = (await readdir(path, { withFileTypes: true }).catch(missingIsUndefined)) ?? [];
  return found.filter((one) => one.isDirectory()).map(({ name }) => name);
}

/** When files were last added to or removed from a directory. `undefined` if it does not exist. */
export async function changeOf(directory: string): Promise<Date | undefined> {
  return (await stat(directory).catch(missingIsUndefined))?.mtime;
}

async function namesIn(directory: string): Promise<string[]> {
  return (await readdir(directory).catch(missingIsUndefined)) ?? [];
}

function isItemFile(name: string): boolean {
  return /^[0-9]{1,15}\.json$/.test(name);
}

function numberOf(name: string): number {
  return Number(name.slice(0, -'.json'.length));
}

/** Whether names are numbers without a gap, in the form of `fileName`. */
function isRun(names: readonly string[]): boolean {
  const first = names[0];
  return first === undefined || names.every((name, index) => name === fileName(numberOf(first) + index));
}

/** Files whose names are numbers without a gap. */
function run(first: number, length: number): ItemFiles {
  return {
    length,
    next: first + length,
    slice: (from, to) =>
      Array.from({ length: Math.max(0, Math.min(to, length) - from) }, (_, index) => fileName(first + from + index)),
  };
}

/** Files with any names, in order. */
function listed(names: readonly string[], next: number): ItemFiles {
  return { length: names.length, next, slice: (from, to) => names.slice(from, to) };
}
