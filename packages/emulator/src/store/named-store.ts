import type { Staged } from './changes.js';
import type { Collection, More, Placed, ThingRecord } from './collection.js';
import type { Database } from './database.js';
import { NameTakenError } from './errors.js';
import { commitStaged } from './staged.js';

/** Stored things of one kind, found by id and name. */
export interface NamedStore<T, W> {
  /** In the order in which they were created or found, without damaged ones. */
  list(): readonly T[];
  /** An id takes precedence over a name. @throws UnreadableSourceError if it is damaged */
  find(idOrName: string): T | undefined;
  /** The id, even of a damaged one. */
  idOf(idOrName: string): string | undefined;
  /** @throws NameTakenError, UnwritableOutputError: nothing is created then */
  create(wanted?: W): Promise<T>;
  /** No error if it does not exist. @throws UnwritableOutputError: it is unchanged then */
  remove(id: string): Promise<void>;
  /** For creating or removing it in one commit with other things. @throws NameTakenError */
  stageCreate(wanted: W): Staged<T>;
  stageRemove(id: string): Staged<void> | undefined;
}

/** Things that another program created, used in place. */
export interface Foreign<T> {
  list(): readonly Placed<T>[];
  find(idOrName: string): T | undefined;
  stageRemove(id: string): Staged<void> | undefined;
}

interface Wanted {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
}

interface Thing {
  readonly facts: { readonly id: string };
}

export interface NamedStoreOptions<R extends ThingRecord, C, T, W> {
  readonly database: Database;
  readonly own: Collection<R, C, T>;
  readonly foreign: Foreign<T> | undefined;
  record(wanted: W): R;
  /** Further initial data of a new one. */
  more?(key: string, wanted: W): More<C>;
}

/** The things that the emulator created and those that it found, as one store. */
export function namedStore<R extends ThingRecord, C, T extends Thing, W extends Wanted>({
  database,
  own,
  foreign,
  record,
  more,
}: NamedStoreOptions<R, C, T, W>): NamedStore<T, W> {
  const stageCreate = (wanted: W): Staged<T> => {
    for (const one of [wanted.name, wanted.id]) {
      if (one !== undefined && foreign?.find(one) !== undefined) throw new NameTakenError(one);
    }
    return own.stageCreate(record(wanted), more && ((key) => more(key, wanted)));
  };
  const stageRemove = (id: string): Staged<void> | undefined => own.stageRemove(id) ?? foreign?.stageRemove(id);
  return {
    list() {
      const found = foreign?.list() ?? [];
      if (found.length === 0) return own.list();
      // By place, not by date: the clock of a file system may be behind that of the process.
      return [...own.placed(), ...found].sort((a, b) => (a.place < b.place ? -1 : 1)).map(({ thing }) => thing);
    },
    find: (idOrName) => own.find(idOrName) ?? foreign?.find(idOrName),
    idOf: (idOrName) => own.idOf(idOrName) ?? foreign?.find(idOrName)?.facts.id,
    create: async (wanted = {} as W) => commitStaged(database, stageCreate(wanted)),
    async remove(id) {
      const staged = stageRemove(id);
      if (staged !== undefined) await commitStaged(database, staged);
    },
    stageCreate,
    stageRemove,
  };
}
