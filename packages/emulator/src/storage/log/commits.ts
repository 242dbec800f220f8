import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { unwritable, writeFully } from '../disk.js';
import type { Handles } from '../handles.js';
import type { Pushed } from '../item-lines.js';
import type { Fsync } from '../options.js';
import { frame } from './framing.js';

/** Pushes on their way into a file, one group after the other: what comes while one is written goes together into the next. */
export interface Commits {
  /** Resolves when the push is acknowledged. @throws UnwritableOutputError */
  add(pushed: Pushed): Promise<void>;
  /** Forces to disk what is acknowledged, unless the policy is `never`. @throws UnwritableOutputError */
  sync(): Promise<void>;
  /** Resolves when what was added is settled. */
  settle(): Promise<void>;
}

/** Told of a group when it is in the file, just before it is acknowledged. */
export type Committed = (bytes: readonly Buffer[], group: readonly Pushed[], size: number) => void;

export interface CommitsOptions {
  readonly path: string;
  readonly handles: Handles;
  readonly fsync: Fsync;
  /** Of the file, up to what is acknowledged. */
  readonly size: number;
  /** Called before a group is written. @throws where it may not be */
  begin(): Promise<Committed>;
}

/** Bytes of a group, about; bounds memory. */
const groupSize = 8 * 1024 * 1024;
/** Milliseconds that `batch` may leave a push to the system. */
const syncDelay = 100;

interface Waiting {
  readonly pushed: Pushed;
  resolve(): void;
  reject(error: Error): void;
}

export function commits({ path, handles, fsync, begin, ...start }: CommitsOptions): Commits {
  let { size } = start;
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  // A group that failed may have left something behind the end of what is acknowledged.
  let torn = false;
  const { written, sync, check } = syncing(path, handles, fsync);
  const write = async (group: readonly Waiting[]): Promise<void> => {
    check();
    const committed = await begin();
    const pushes = group.map(({ pushed }) => pushed);
    const parts = pushes.flatMap(({ lines }) => frame(lines));
    await handles.use(path, async (handle) => {
      if (torn) await handle.truncate(size);
      torn = true;
      await writeFully(handle, parts, size);
    });
    written();
    if (fsync === 'always') await sync();
    torn = false;
    for (const part of parts) size += part.length;
    committed(parts, pushes, size);
  };
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      try {
        await write(group);
        for (const { resolve } of group) resolve();
      } catch (error) {
        const told = error instanceof UnwritableOutputError ? error : unwritable(path, error as Error);
        for (const { reject } of group) reject(told);
      }
    }
    running = undefined;
  };
  return {
    sync,
    add: (pushed) =>
      new Promise((resolve, reject) => {
        waiting.push({ pushed, resolve, reject });
        running ??= run();
      }),
    async settle() {
      await running;
    },
  };
}

function takeGroup(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { pushed } of waiting) {
    bytes += pushed.tally.bytes;
    count++;
    if (bytes >= groupSize) break;
  }
  return waiting.splice(0, count);
}

interface Syncing extends Pick<Commits, 'sync'> {
  /** Bytes are with the system that were not forced to disk yet. */
  written(): void;
  /** @throws the failure of an earlier sync */
  check(): void;
}

function syncing(path: string, handles: Handles, fsync: Fsync): Syncing {
  let unsynced = false;
  let timer: NodeJS.Timeout | undefined;
  let last: Promise<void> = Promise.resolve();
  // A sync that failed may have lost what was written before, and the next one would not tell.
  let failed: UnwritableOutputError | undefined;
  const check = (): void => {
    if (failed !== undefined) throw failed;
  };
  const syncNow = async (): Promise<void> => {
    check();
    if (!unsynced) return;
    unsynced = false;
    await handles
      .use(path, (handle) => handle.datasync())
      .catch((error: Error) => {
        failed = unwritable(path, error);
        throw failed;
      });
  };
  const sync = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const next = last.then(syncNow);
    last = next.catch(() => undefined);
    return next;
  };
  return {
    check,
    sync,
    written() {
      if (fsync === 'never') return;
      unsynced = true;
      // What fails then is told to whoever pushes next, or closes.
      if (fsync === 'batch') timer ??= setTimeout(() => sync().catch(() => undefined), syncDelay).unref();
    },
  };
}
