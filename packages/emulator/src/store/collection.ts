import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { oneAtATime } from '../one-at-a-time.js';
import { newId } from '../storage/identifiers.js';
import { type Change, del, put, type Staged } from './changes.js';
import type { Database } from './database.js';
import { NameTakenError, removed } from './errors.js';
import { jsonKind, numberKey } from './kinds.js';
import { laterNotes } from './later-notes.js';
import { names, readThings } from './read-things.js';
import type { Cell, ThingRecord } from './things.js';
import type { Draft } from './turns.js';

export type { Cell, ThingRecord };

export interface CollectionOptions<R extends ThingRecord, C, T> {
  readonly database: Database;
  /** Name of its sublevel. */
  readonly kind: string;
  /** `dataset`, for errors. */
  readonly what: string;
  readonly noCounts: C;
  readonly warn: (message: string) => void;
  build(cell: Cell<R, C>, collection: Collection<R, C, T>): T;
  /** The data that is needed to remove what belonged to it. */
  leaves?(record: R): string;
  /** Removes the data of a deleted thing. May be called again. */
  sweep(key: string, left: string | null): Promise<void>;
}

/** A thing and its place in the order in which things of its kind were made or found: a `numberKey`. */
export interface Placed<T> {
  readonly place: string;
  readonly thing: T;
}

/** The initial data of a new thing besides its record. */
export interface More<C> {
  readonly counts: C;
  readonly changes: readonly Change[];
}

export interface Collection<R extends ThingRecord, C, T> {
  /** Oldest first, without damaged ones. */
  list(): T[];
  /** The same with their places in the order of all. */
  placed(): Placed<T>[];
  /** The next place in the order; with a place that was given before, that. For things of the kind that are stored elsewhere. */
  place(given?: string): string;
  /** An id takes precedence over a name. @throws UnreadableSourceError if it is damaged */
  find(idOrName: string): T | undefined;
  /** The id, even of a damaged one. */
  idOf(idOrName: string): string | undefined;
  isFree(idOrName: string): boolean;
  /** @throws NameTakenError */
  stageCreate(record: R, more?: (key: string) => More<C>): Staged<T>;
  /** `undefined` if it does not exist. */
  stageRemove(id: string): Staged<void> | undefined;
  /** @throws NameTakenError, UnreadableSourceError if it was removed */
  update(cell: Cell<R, C>, change: (record: R) => R): Promise<void>;
  /** Writes its record some time later. */
  note(cell: Cell<R, C>, record: R): void;
  /** @throws UnreadableSourceError if it was removed */
  checkThere(cell: Cell<R, C>): void;
  /** The change of its counts. */
  countsChange(cell: Cell<R, C>, counts: C): Change;
  /** Its counts as earlier work of the same commit left them. */
  countsIn(draft: Draft, cell: Cell<R, C>): C;
  setCounts(draft: Draft, cell: Cell<R, C>, counts: C): void;
  close(): Promise<void>;
}

const garbage = jsonKind<string | null>('garbage');

/** Named things of one kind, all of whose records are in memory. */
export async function openCollection<R extends ThingRecord, C, T>(
  options: CollectionOptions<R, C, T>,
): Promise<Collection<R, C, T>> {
  const { database, kind, what, warn, build, sweep } = options;
  const sublevel = jsonKind<R | C>(kind);
  const things = new Map<string, { readonly cell: Cell<R, C>; readonly thing: T }>();
  /** Keys by id and by name. */
  const ids = new Map<string, string>();
  const byName = new Map<string, string>();
  const reserved = new Set<string>();
  const sweeping = new Set<Promise<void>>();

  const inTurn = oneAtATime();
  const sweepNow = async (key: string, rest: string | null): Promise<void> => {
    await sweep(key, rest);
    await database.commit([del(garbage, `${kind}/${key}`)], { lazy: true });
  };
  const left = (await database.entries(garbage, `${kind}/`)).map(
    ({ key, value = null }) => [key.slice(kind.length + 1), value] as const,
  );
  for (const [key, rest] of left) await sweepNow(key, rest);
  const read = await readThings<R, C>(database, kind);
  const { broken } = read;
  for (const message of read.problems) warn(message);
  let last = Math.max(read.last, ...left.map(([key]) => Number.parseInt(key, 36)));

  const add = (cell: Cell<R, C>): T => {
    const thing = build(cell, collection);
    things.set(cell.key, { cell, thing });
    ids.set(cell.record.id, cell.key);
    if (cell.record.name !== undefined) byName.set(cell.record.name, cell.key);
    return thing;
  };
  const keyOf = (idOrName: string): string | undefined => ids.get(idOrName) ?? byName.get(idOrName);
  const isIdTaken = (id: string): boolean => reserved.has(`id/${id}`) || ids.has(id) || broken.has(id);
  const isNameTaken = (name: string): boolean => reserved.has(`name/${name}`) || byName.has(name) || broken.has(name);
  const nameChanges = (key: string, { id, name }: R): Change[] => [
    put(names, `${kind}/id/${id}`, key),
    ...(name === undefined ? [] : [put(names, `${kind}/name/${name}`, key)]),
  ];
  const checkThere = ({ record, leaving }: Cell<R, C>): void => {
    if (leaving) throw removed(record.name ?? record.id, what);
  };
  const notes = laterNotes<Cell<R, C>>(async (cells) => {
    const changes = cells.filter(({ leaving }) => !leaving).map(({ key, record }) => put(sublevel, key, record));
    if (changes.length > 0) await database.commit(changes, { lazy: true });
  }, warn);
  const startSweep = (key: string, rest: string | null): void => {
    const work = sweepNow(key, rest)
      .catch((error: Error) => warn(`${database.name}: deleted data is removed at the next start: ${error.message}`))
      .finally(() => sweeping.delete(work));
    sweeping.add(work);
  };

  const collection: Collection<R, C, T> = {
    list: () => Array.from(things.values(), ({ thing }) => thing),
    placed: () => Array.from(things, ([place, { thing }]) => ({ place, thing })),
    place(given) {
      if (given === undefined) return numberKey(++last);
      last = Math.max(last, Number.parseInt(given, 36));
      return given;
    },
    find(idOrName) {
      const key = keyOf(idOrName);
      if (key !== undefined) return things.get(key)?.thing;
      const problem = broken.get(idOrName);
      if (problem !== undefined) throw new UnreadableSourceError(idOrName, problem.reason);
      return undefined;
    },
    idOf(idOrName) {
      const key = keyOf(idOrName);
      return key === undefined ? broken.get(idOrName)?.id : things.get(key)?.cell.record.id;
    },
    isFree: (idOrName) => !isIdTaken(idOrName) && !isNameTaken(idOrName),
    stageCreate(record, more = () => ({ counts: options.noCounts, changes: [] })) {
      const { id, name } = record;
      if (name !== undefined && isNameTaken(name)) throw new NameTakenError(name);
      if (isIdTaken(id)) throw new NameTakenError(id);
      const key = numberKey(++last);
      const { counts, changes } = more(key);
      const cell = { key, record, counts, leaving: false };
      const kept = [`id/${id}`, ...(name === undefined ? [] : [`name/${name}`])];
      for (const one of kept) reserved.add(one);
      const release = (): void => {
        for (const one of kept) reserved.delete(one);
      };
      return {
        changes: [put(sublevel, key, record), put(sublevel, `${key}.counts`, counts), ...nameChanges(key, record), ...changes],
        done() {
          release();
          return add(cell);
        },
        undo: release,
      };
    },
    stageRemove(id) {
      const damage = broken.get(id);
      const key = ids.get(id) ?? damage?.key;
      if (key === undefined) return undefined;
      const cell = things.get(key)?.cell;
      if (cell?.leaving) return undefined;
      if (cell !== undefined) cell.leaving = true;
      const rest = (cell !== undefined && options.leaves?.(cell.record)) || null;
      const gone = damage?.names ?? [`id/${id}`, ...(cell?.record.name === undefined ? [] : [`name/${cell.record.name}`])];
      return {
        changes: [
          del(sublevel, key),
          del(sublevel, `${key}.counts`),
          ...gone.map((name) => del(names, `${kind}/${name}`)),
          put(garbage, `${kind}/${key}`, rest),
        ],
        done() {
          things.delete(key);
          ids.delete(id);
          if (cell?.record.name !== undefined) byName.delete(cell.record.name);
          for (const name of damage?.names ?? []) broken.delete(name.slice(name.indexOf('/') + 1));
          startSweep(key, rest);
        },
        undo() {
          if (cell !== undefined) cell.leaving = false;
        },
      };
    },
    update: (cell, change) =>
      inTurn(async () => {
        checkThere(cell);
        const record = change(cell.record);
        const { name } = record;
        const before = cell.record.name;
        const renamed = name !== before && name !== undefined;
        if (renamed && isNameTaken(name)) throw new NameTakenError(name);
        if (renamed) reserved.add(`name/${name}`);
        try {
          const freed = renamed && before !== undefined ? [del(names, `${kind}/name/${before}`)] : [];
          await database.commit([put(sublevel, cell.key, record), ...freed, ...nameChanges(cell.key, record)]);
        } finally {
          if (renamed) reserved.delete(`name/${name}`);
        }
        cell.record = record;
        if (!renamed || cell.leaving) return;
        if (before !== undefined) byName.delete(before);
        byName.set(name, cell.key);
      }),
    note(cell, record) {
      cell.record = record;
      notes.add(cell);
    },
    checkThere,
    countsChange: ({ key }, counts) => put(sublevel, `${key}.counts`, counts),
    countsIn: (draft, cell) => (draft.pending(sublevel, `${cell.key}.counts`) as C | undefined) ?? cell.counts,
    setCounts(draft, cell, counts) {
      draft.put(sublevel, `${cell.key}.counts`, counts);
      draft.afterwards(() => {
        cell.counts = counts;
      });
    },
    async close() {
      await notes.close();
      await Promise.all(sweeping);
    },
  };
  for (const cell of read.cells) add(cell);
  return collection;
}

/** A record with the properties of every new thing. */
export function newRecord<W extends { readonly id?: string | undefined }>(
  wanted: W,
): Omit<W, 'id'> & { readonly id: string; readonly createdAt: Date; readonly accessedAt: Date } {
  const now = new Date();
  return { createdAt: now, accessedAt: now, ...wanted, id: wanted.id ?? newId() };
}
