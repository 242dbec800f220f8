import { type Change, del, keyIn, put } from './changes.js';
import type { CommitOptions, Database } from './database.js';
import type { Kind } from './kinds.js';

/** The data that a task reads and changes. It is committed when the tasks of its group are done. */
export interface Draft {
  /** Includes the changes of earlier tasks. */
  get<V>(kind: Kind<V>, key: string): V | undefined;
  /** The value that earlier work of the same commit has put. `undefined`: none. */
  pending<V>(kind: Kind<V>, key: string): V | undefined;
  put<V>(kind: Kind<V>, key: string, value: V): void;
  del(kind: Pick<Kind<unknown>, 'name'>, key: string): void;
  /** Changes here may be lost in a power failure. */
  lazily(): void;
  /** Called when the changes are committed. */
  afterwards(work: () => void): void;
}

/** Turns on one thing, in the order of the calls. Calls during a commit share the next commit. */
export interface Turns {
  /** The task may throw only before it changes anything. Resolves when its changes are committed. */
  take<T>(work: (draft: Draft) => T): Promise<T>;
  /**
   * The same; `present` makes of the result what is given, while the changes are being committed. It must not
   * change anything: it may be called twice, and what it gives is dropped if the commit fails.
   */
  present<T, R>(work: (draft: Draft) => T, present: (result: T) => R): Promise<R>;
  /** Nothing else changes the thing meanwhile. */
  alone<T>(work: () => Promise<T>): Promise<T>;
}

interface Waiting {
  run(draft: Draft): void;
  /** Called while the changes are being committed. */
  meanwhile(): void;
  resolve(): void;
  reject(error: unknown): void;
}

/** Tasks in a group. Limits the work in one turn of the event loop. */
const mostInGroup = 200;

/**
 * @param prepare called before a group, to read the data that its tasks need
 * @param forget called when a commit failed, so that data changed in memory is read again
 */
export function turnsOn(database: Database, prepare: () => Promise<unknown>, forget: () => void): Turns {
  const waiting: Waiting[] = [];
  let running = false;
  const settle = async (group: readonly Waiting[]): Promise<void> => {
    const changes = new Map<string, Change>();
    const later: (() => void)[] = [];
    const done: Waiting[] = [];
    const changed: Waiting[] = [];
    const only: Waiting[] = [];
    let lazy = true;
    for (const one of group) {
      let writes = false;
      let isLazy = false;
      const note = (change: Change): void => {
        // Last put, last in the batch.
        changes.delete(change.key);
        changes.set(change.key, change);
        writes = true;
      };
      const draft: Draft = {
        get<V>(kind: Kind<V>, key: string) {
          const pending = changes.get(keyIn(kind, key));
          return pending === undefined ? database.get(kind, key) : (pending.put?.value as V | undefined);
        },
        pending<V>(kind: Kind<V>, key: string) {
          return changes.get(keyIn(kind, key))?.put?.value as V | undefined;
        },
        put: (kind, key, value) => note(put(kind, key, value)),
        del: (kind, key) => note(del(kind, key)),
        lazily() {
          isLazy = true;
        },
        afterwards: (work) => void later.push(work),
      };
      try {
        one.run(draft);
        done.push(one);
        (writes ? changed : only).push(one);
        if (writes && !isLazy) lazy = false;
      } catch (error) {
        one.reject(error);
      }
    }
    const options: CommitOptions = { lazy };
    const list = [...changes.values()];
    try {
      const committed = list.length > 0 ? database.commit(list, options) : undefined;
      for (const one of done) one.meanwhile();
      await committed;
      for (const work of later) work();
      for (const { resolve } of done) resolve();
    } catch (error) {
      forget();
      for (const { reject } of changed) reject(error);
      // These tasks have read data that was not committed, so they run again.
      waiting.unshift(...only);
    }
  };
  const alone: (() => Promise<void>)[] = [];
  const run = async (): Promise<void> => {
    running = true;
    while (waiting.length > 0 || alone.length > 0) {
      await alone.shift()?.();
      const group = waiting.splice(0, mostInGroup);
      try {
        await database.ready();
        await prepare();
      } catch (error) {
        for (const { reject } of group) reject(error);
        continue;
      }
      if (group.length > 0) await settle(group);
    }
    running = false;
  };
  const present = <T, R>(work: (draft: Draft) => T, presentResult: (result: T) => R): Promise<R> =>
    new Promise<R>((resolve, reject) => {
      let result: T;
      let presented: R;
      waiting.push({
        run(draft) {
          result = work(draft);
        },
        meanwhile() {
          try {
            presented = presentResult(result);
          } catch (error) {
            reject(error);
          }
        },
        resolve: () => resolve(presented),
        reject,
      });
      if (!running) void run();
    });
  return {
    take: (work) => present(work, (result) => result),
    present,
    alone: <T>(work: () => Promise<T>) =>
      new Promise<T>((resolve, reject) => {
        alone.push(() => work().then(resolve, reject));
        if (!running) void run();
      }),
  };
}
