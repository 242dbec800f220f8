import { constants } from 'node:fs';
import { type FileHandle, open } from 'node:fs/promises';
import { atMost } from './at-most.js';

/** Files open for writing, so many at the same time however many there are. */
export interface Handles {
  /** The file is made where there is none; its directory must be there. */
  use<T>(path: string, work: (handle: FileHandle) => Promise<T>): Promise<T>;
  /** Closes a file that nobody uses. */
  release(path: string): Promise<void>;
  /** @throws the first failure of a close, also of an earlier one */
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

/** One is idle whenever so many are open and somebody has a turn. */
function removeIdle(opened: Map<string, Open>): Open | undefined {
  for (const [path, open] of opened) {
    if (open.users > 0) continue;
    opened.delete(path);
    return open;
  }
  return undefined;
}
