import type { Fsync } from '../storage/options.js';
import type { Change } from './changes.js';
import type { Kind } from './kinds.js';

export interface DatabaseOptions {
  /** Directory of the whole storage; `undefined`: in memory. */
  readonly directory: string | undefined;
  readonly fsync: Fsync;
  readonly warn: (message: string) => void;
  /** Open the database although data is lost. */
  readonly acceptLoss?: boolean | undefined;
  /** Version of the layout that the directory has, and keeps. Default: the current one. */
  readonly version?: number | undefined;
}

export interface CommitOptions {
  /** May be lost in a power failure, whatever the policy. */
  readonly lazy?: boolean;
}

export interface Entry<V> {
  readonly key: string;
  /** `undefined`: the entry is damaged. */
  readonly value: V | undefined;
}

export interface Range {
  /** Only keys after this one. */
  readonly after?: string | undefined;
  readonly limit?: number | undefined;
}

/** All state of an emulator except the bytes of items, large records and logs. */
export interface Database {
  /** Name of the place of the state, for errors. */
  readonly name: string;
  /** The previous process did not close it, and used the policy `never`. */
  readonly mayLackItems: boolean;
  readonly fsync: Fsync;
  /**
   * Commits all changes or none, after those of earlier calls. Calls during a write share the next write. Resolves when the changes are
   * committed, and on disk if the policy requires it.
   * @throws UnwritableOutputError: no change is made, and later commits may succeed
   */
  commit(changes: readonly Change[], options?: CommitOptions): Promise<void>;
  /** Resolves when it can be read, which is at once unless it recovers from a failed write. @throws UnwritableOutputError */
  ready(): Promise<void>;
  /** The value as of the last commit. Call it directly after `ready()`. @throws UnreadableSourceError if the entry is damaged */
  get<V>(kind: Kind<V>, key: string): V | undefined;
  /** The entries with this key prefix, in key order. */
  entries<V>(kind: Kind<V>, prefix?: string, range?: Range): Promise<readonly Entry<V>[]>;
  /** Their keys, including those of damaged entries. */
  keys(kind: Pick<Kind<unknown>, 'name'>, prefix: string): Promise<readonly string[]>;
  /** Deletes entries that are no longer referred to. May be called again. */
  clear(kind: Pick<Kind<unknown>, 'name'>, prefix: string): Promise<void>;
  /** Registers bytes written outside: `sync` is called before the next sync of the database, at the latest when it is closed. */
  owe(file: string, sync: () => Promise<void>): void;
  close(): Promise<void>;
}
