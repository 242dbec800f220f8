import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { atMost } from '../at-most.js';

/** Files open for writing, with a limit of how many are open at the same time. */
export interface Handles {
  /** Creates the file if it does not exist. Its directory must exist. */
  use<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T>;
  /** Closes a file that is not in use. */
  release(path: string): Promise<void>;
  /** @throws the first error of a close, including earlier ones */
  close(): Promise<void>;
}

interface Open {
  readonly handle: Promise<FileHandle>;
  users: number;
}

export function openHandles(most: number): Handles {
  // Least recently used first.
  const opened = new Map<string, Open>();
  const inTurn = atMost(most);
  let failure: unknown;
  const shut = async ({ handle }: Open): Promise<void> => {
    try {
      await (await handle).close();
    } catch (error) {
      failure ??= error;
    }
  };
  const take = (path: string): Open => {
    const known = opened.get(path);
    const before = known === undefined && opened.size >= most ? removeIdle(opened) : undefined;
    const room = before === undefined ? Promise.resolve() : shut(before);
    const taken = known ?? { users: 0, handle: room.then(() => open(path, constants.O_RDWR | constants.O_CREAT, 0o666)) };
    opened.delete(path);
    opened.set(path, taken);
    return taken;
  };
  return {
    use: (path, work) =>
      inTurn(async () => {
        const taken = take(path);
        taken.users++;
        try {
          const handle = await taken.handle.catch((error: unknown) => {
            if (opened.get(path) === taken) opened.delete(path);
            throw error;
          });
          return await work(handle);
        } finally {
          taken.users--;
        }
      }),
    async release(path) {
      const known = opened.get(path);
      opened.delete(path);
      if (known !== undefined) await shut(known);
    },
    async close() {
      const all = [...opened.values()];
      opened.clear();
      await Promise.all(all.map(shut));
      if (failure !== undefined) throw failure;
    },
  };
}

/** When the limit is reached and a caller has a turn, at least one file is idle. */
function removeIdle(opened: Map<string, Open>): Open | undefined {
  for (const [path, open] of opened) {
    if (open.users > 0) continue;
    opened.delete(path);
    return open;
  }
  return undefined;
}
