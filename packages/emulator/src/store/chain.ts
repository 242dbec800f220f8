import { type Change, del, keyIn, put } from './changes.js';
import { jsonKind, numberKey, sealed } from './kinds.js';
import type { Level } from './level.js';

/**
 * The database silently drops the parts of its journal that it cannot read. So each commit stores its number and deletes the number of a
 * commit a fixed distance before it: if a commit is lost, a number is missing, or a number remains that should be deleted.
 */
const kept = 64;
const commits = jsonKind<1>('commits');

/** The changes of the chain that belong to a commit. */
export function link(number: number): Change[] {
  const own = put(commits, numberKey(number), 1);
  return number > kept ? [own, del(commits, numberKey(number - kept))] : [own];
}

export interface Chain {
  /** Number of the last commit; 0: there was none. */
  readonly last: number;
  /** A description of the missing commits, if any. */
  readonly gap: string | undefined;
}

export async function readChain(level: Level): Promise<Chain> {
  const start = keyIn(commits, '');
  const numbers: number[] = [];
  let gap: string | undefined;
  for await (const [key, value] of level.iterator({ gte: start, lt: `${start}~` })) {
    if (sealed.read(commits, key, value) === undefined) gap = 'the number of a commit is damaged';
    numbers.push(Number.parseInt(key.slice(start.length), 36));
  }
  for (const [index, number] of numbers.entries()) {
    const before = numbers[index - 1];
    if (before !== undefined && number !== before + 1) gap ??= `commits ${before + 1} to ${number - 1} are lost`;
  }
  const last = numbers.at(-1) ?? 0;
  if (numbers.length !== Math.min(last, kept)) gap ??= `commits before ${numbers[0]} are lost`;
  return { last, gap };
}

/** Restarts the chain after the last commit when a loss was accepted. */
export async function forgetChain(level: Level, last: number): Promise<Change[]> {
  const start = keyIn(commits, '');
  const forgotten: Change[] = [];
  for await (const key of level.keys({ gte: start, lt: `${start}~` })) forgotten.push({ key, put: undefined });
  const numbers = Array.from({ length: Math.min(last, kept) }, (_, index) => last - index);
  return [...forgotten, ...numbers.map((number) => put(commits, numberKey(number), 1 as const))];
}
