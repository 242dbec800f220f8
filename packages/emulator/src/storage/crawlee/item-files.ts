import { readdir, stat } from 'node:fs/promises';
import type { FileNames } from '@dataset-items/sources';

/** Beside the items, what Crawlee keeps of a dataset. */
export const metadataFile = '__metadata__.json';

/** Files of items, in order, as Crawlee names them: a number of nine digits. Kept as numbers where those have no gap. */
export interface ItemFiles extends FileNames {
  /** Of the file that comes after the last. */
  readonly next: number;
}

export const noFiles: ItemFiles = run(1, 0);

export function fileName(number: number): string {
  return `${String(number).padStart(9, '0')}.json`;
}

/** The same files, and so many after the last. */
export function withMore(files: ItemFiles, count: number): ItemFiles {
  const { length, next } = files;
  const first = next - length;
  if (length === 0 || files.slice(0, 1)[0] === fileName(first)) return run(first, length + count);
  const names = [...files.slice(0, length), ...run(next, count).slice(0, count)];
  return listed(names, next + count);
}

export function withoutLast(files: ItemFiles): ItemFiles {
  const [names, next] = [files.slice(0, files.length - 1), files.next - 1];
  return isRun(names) ? run(next - names.length, names.length) : listed(names, next);
}

/** Empty where there is no directory. */
export async function readItemFiles(directory: string): Promise<ItemFiles> {
  const names = (await namesIn(directory)).filter(isItemFile).sort((a, b) => numberOf(a) - numberOf(b));
  const last = names.at(-1);
  if (last === undefined) return noFiles;
  const next = numberOf(last) + 1;
  return isRun(names) ? run(next - names.length, names.length) : listed(names, next);
}

/** Whether Crawlee, or whoever writes as it does, made a directory that holds these. */
export function isCrawlees(names: readonly string[]): boolean {
  return names.includes(metadataFile) || names.some(isItemFile);
}

export async function directoriesIn(path: string): Promise<string[]> {
  const found = (await readdir(path, { withFileTypes: true }).catch(missingIsUndefined)) ?? [];
  return found.filter((one) => one.isDirectory()).map(({ name }) => name);
}

/** When names came to a directory or left it; `undefined` where there is none. */
export async function changeOf(directory: string): Promise<Date | undefined> {
  return (await stat(directory).catch(missingIsUndefined))?.mtime;
}

export function missingIsUndefined(error: NodeJS.ErrnoException): undefined {
  if (error.code === 'ENOENT') return undefined;
  throw error;
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

function isRun(names: readonly string[]): boolean {
  const first = names[0];
  return first === undefined || names.every((name, index) => name === fileName(numberOf(first) + index));
}

function run(first: number, length: number): ItemFiles {
  return {
    length,
    next: first + length,
    slice: (from, to) =>
      Array.from({ length: Math.max(0, Math.min(to, length) - from) }, (_, index) => fileName(first + from + index)),
  };
}

function listed(names: readonly string[], next: number): ItemFiles {
  return { length: names.length, next, slice: (from, to) => names.slice(from, to) };
}
