import { open, rm, stat, utimes } from 'node:fs/promises';
import { hostname } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import { type Holder, stateOf, thisProcess } from './holder.js';
import { isHeldBy, lockLinks } from './links.js';

/** A directory that one process has for itself. */
export interface Lock {
  /** Somebody else, who could not see this process, took it for dead. */
  readonly lost: boolean;
  release(): Promise<void>;
}

/** Another process uses the directory. */
export class StorageInUseError extends Error {
  readonly code = 'storage-in-use';
  readonly directory: string;
  readonly pid: number;
  readonly host: string;

  constructor(directory: string, { pid, host, since }: Holder) {
    const who = pid === process.pid && host === hostname() ? 'this process' : `process ${pid} on ${host}`;
    super(`${directory}: in use by ${who} since ${since}; end that first, or give another directory`);
    this.name = 'StorageInUseError';
    this.directory = directory;
    this.pid = pid;
    this.host = host;
  }
}

export interface LockOptions {
  /** Milliseconds between signs of life. Default 2000. */
  readonly beat?: number | undefined;
  /** Milliseconds without one after which a holder that cannot be seen counts as dead. Default 10,000. */
  readonly silence?: number | undefined;
}

/**
 * Takes the lock that is the file `path`, also from a holder that is dead: of many that try, one gets it.
 * @param directory for the error
 * @throws StorageInUseError
 */
export async function takeLock(
  path: string,
  directory: string,
  { beat = 2000, silence = 10_000 }: LockOptions = {},
): Promise<Lock> {
  const self = await thisProcess();
  const candidate = `${path}.new-${self.nonce}`;
  try {
    await writeDown(candidate, self);
    await claim(path, directory, candidate, self, silence);
  } finally {
    await rm(candidate, { force: true });
  }
  return hold(path, self, beat);
}

async function claim(path: string, directory: string, candidate: string, self: Holder, silence: number): Promise<void> {
  const links = lockLinks(path);
  for (;;) {
    if (await links.claim(candidate)) return;
    const last = await links.last();
    // It was released just now.
    if (last === undefined) continue;
    const { holder } = last;
    const state = await stateOf(holder, self);
    if (state === 'alive' || (state === 'unseen' && (await givesSign(last.path, silence)))) {
      throw new StorageInUseError(directory, holder);
    }
    if (!(await links.claim(candidate, holder))) continue;
    // While this looked, another may have taken over and made itself the first of the chain, so that the claim hangs in the air.
    if ((await links.last())?.holder.nonce === self.nonce) {
      await links.shorten(candidate, self);
      return;
    }
    await links.withdraw(holder);
  }
}

async function writeDown(path: string, holder: Holder): Promise<void> {
  const handle = await open(path, 'wx');
  try {
    await handle.writeFile(`${JSON.stringify(holder, undefined, 2)}\n`);
    await handle.sync();
  } finally {
    await handle.close();
  }
}

/** Clocks of two machines need not agree: what counts is that the time of the file changes. */
async function givesSign(path: string, silence: number): Promise<boolean> {
  const first = await changeOf(path);
  for (const end = Date.now() + silence; Date.now() < end; ) {
    await delay(Math.min(250, silence / 4));
    if ((await changeOf(path)) !== first) return true;
  }
  return false;
}

async function changeOf(path: string): Promise<number | undefined> {
  const found = await stat(path).catch(() => undefined);
  return found?.mtimeMs;
}

function hold(path: string, self: Holder, beat: number): Lock {
  let lost = false;
  const giveSign = async (): Promise<void> => {
    if (await isHeldBy(path, self)) await utimes(path, new Date(), new Date());
    else lost = true;
  };
  // Where the directory cannot be reached the writes of the store fail too, and tell.
  const timer = setInterval(() => giveSign().catch(() => undefined), beat).unref();
  return {
    get lost() {
      return lost;
    },
    async release() {
      clearInterval(timer);
      if (await isHeldBy(path, self)) await rm(path, { force: true });
    },
  };
}
