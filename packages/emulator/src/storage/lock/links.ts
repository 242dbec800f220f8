import { createHash } from 'node:crypto';
import { constants, copyFile, link, readdir, readFile, rename, rm, stat } from 'node:fs/promises';
import { basename, dirname, join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { isItem } from '@dataset-items/query-pipeline';
import type { Holder } from './holder.js';

/**
 * The files of a lock. The lock names a holder; who takes over from one that is dead links a file that is called after the dead one's
 * nonce, which only one can do. So the holder is the last of a chain, and nobody can mistake whom it succeeds: a nonce is never used twice.
 */
export interface Links {
  /** The last of the chain, and its file; `undefined` where there is no lock. */
  last(): Promise<{ readonly holder: Holder; readonly path: string } | undefined>;
  /** Whether the file of a candidate is now the lock, or the successor of a holder; false where somebody else's is. */
  claim(candidate: string, predecessor?: Holder): Promise<boolean>;
  /** Takes back a claim that came too late. */
  withdraw(predecessor: Holder): Promise<void>;
  /** The last of the chain makes itself the whole of it. */
  shorten(candidate: string, self: Holder): Promise<void>;
}

/** Milliseconds for which a file that is just being written, where files cannot be linked, is waited for. */
const patience = 300;
/** Milliseconds after which the file of a candidate that ended on the way is removed. */
const forgotten = 60 * 60 * 1000;

export function lockLinks(path: string): Links {
  const successor = ({ nonce }: Holder): string => `${path}.next-${nonce}`;
  return {
    async last() {
      let found: { holder: Holder; path: string } | undefined;
      for (let next = path; ; next = successor(found.holder)) {
        const holder = await readHolder(next);
        if (holder === undefined) return found;
        found = { holder, path: next };
      }
    },
    claim: (candidate, predecessor) => linkNew(candidate, predecessor === undefined ? path : successor(predecessor)),
    withdraw: (predecessor) => rm(successor(predecessor), { force: true }),
    async shorten(candidate, self) {
      await rename(candidate, path);
      const mine = successor(self);
      const directory = dirname(path);
      for (const name of await readdir(directory)) {
        const other = join(directory, name);
        if (name.startsWith(`${basename(path)}.next-`) && other !== mine) await rm(other, { force: true });
        if (name.startsWith(`${basename(path)}.new-`) && (await isForgotten(other))) await rm(other, { force: true });
      }
    },
  };
}

/** Whether the lock itself names that holder. */
export async function isHeldBy(path: string, { nonce }: Holder): Promise<boolean> {
  return (await readHolder(path))?.nonce === nonce;
}

async function linkNew(from: string, to: string): Promise<boolean> {
  try {
    await link(from, to).catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'EEXIST' || error.code === 'ENOENT') throw error;
      // A file system without links.
      return copyFile(from, to, constants.COPYFILE_EXCL);
    });
    return true;
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
    throw error;
  }
}

async function readHolder(path: string): Promise<Holder | undefined> {
  for (const end = Date.now() + patience; ; await delay(20)) {
    const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
      if (error.code === 'ENOENT') return undefined;
      throw error;
    });
    if (text === undefined) return undefined;
    const holder = parseHolder(text);
    if (holder !== undefined) return holder;
    if (Date.now() > end) return nobody(text);
  }
}

function parseHolder(text: string): Holder | undefined {
  try {
    const value = JSON.parse(text);
    return isItem(value) && typeof value.nonce === 'string' ? (value as unknown as Holder) : undefined;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** What a power failure left of a lock. */
function nobody(text: string): Holder {
  const nonce = createHash('sha256').update(text).digest('hex').slice(0, 24);
  return { nonce, pid: 0, started: undefined, host: '', world: undefined, since: '' };
}

async function isForgotten(path: string): Promise<boolean> {
  const found = await stat(path).catch(() => undefined);
  return found !== undefined && Date.now() - found.mtimeMs > forgotten;
}
