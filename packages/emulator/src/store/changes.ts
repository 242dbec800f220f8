import type { Kind } from './kinds.js';

/** One entry that a commit puts or deletes. */
export interface Change {
  /** The key, including its sublevel. */
  readonly key: string;
  /** What is put; `undefined`: the entry is deleted. */
  readonly put: Put | undefined;
}

export interface Put {
  readonly value: unknown;
  encode(): Uint8Array;
}

export function put<V>(kind: Kind<V>, key: string, value: V): Change {
  return { key: keyIn(kind, key), put: { value, encode: () => kind.encode(value) } };
}

export function del(kind: Named, key: string): Change {
  return { key: keyIn(kind, key), put: undefined };
}

type Named = Pick<Kind<unknown>, 'name'>;

/** A key in the form of abstract-level's sublevels. */
export function keyIn({ name }: Named, key: string): string {
  return `!${name}!${key}`;
}

/** Changes that can be committed together with others, and the work after the commit. */
export interface Staged<T> {
  readonly changes: readonly Change[];
  /** Called after the commit: applies the changes in memory. */
  done(): T;
  /** Called if the changes were not committed: releases what was reserved for them. */
  undo(): void;
}

/** Joins stages, so that they are committed together and applied in their order. */
export function together(stages: readonly Staged<unknown>[]): Staged<void> {
  return {
    changes: stages.flatMap(({ changes }) => changes),
    done() {
      for (const stage of stages) stage.done();
    },
    undo() {
      for (const stage of stages) stage.undo();
    },
  };
}
