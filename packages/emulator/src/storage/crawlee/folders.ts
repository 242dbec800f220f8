import { readdir } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { del, type Staged } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import type { Kind } from '../../store/kinds.js';
import type { LaterNotes } from '../../store/later-notes.js';
import { laterNotes } from '../../store/later-notes.js';
import type { Foreign } from '../../store/named-store.js';
import { atMost } from '../at-most.js';
import { missingIsUndefined, removeHalfWritten } from '../disk.js';
import { newId } from '../identifiers.js';
import { NameTakenError } from '../store.js';
import { changeOf, directoriesIn } from './item-files.js';
import { removedFolders } from './removed.js';

/** Milliseconds between two checks for new data of crawlers. */
const interval = 500;

/** Milliseconds after which a further change gives a directory another date on every file system. */
const dateStep = 2000;
/** Largest number of directories that are opened at the same time. */
const atOnce = 16;

/** A dataset, key-value store or request queue that Crawlee created. It stays in its directory. */
export interface FoundFolder {
  readonly directory: string;
  /** The place in the order of all datasets, stores or queues. `undefined`: it was never opened before. */
  readonly place: string | undefined;
  readonly facts: { readonly id: string; readonly name?: string | undefined; readonly createdAt: Date };
  /** Refuses all changes from now on, because the folder is being removed. @returns a function that allows changes again */
  leave(): () => void;
  /** Sets the place, and another id or name if another one has the same. Call `keep` afterwards. */
  settle(place: string, changes: { readonly id?: string; readonly name?: string | undefined }): void;
  /** Checks which files were added or removed since the last check. */
  look(): Promise<void>;
  /** Stores the state in the database. */
  keep(): Promise<void>;
  close(): Promise<void>;
}

export interface FolderContext {
  readonly database: Database;
  /** The folders whose `keep` is called some time later. */
  readonly notes: LaterNotes<FoundFolder>;
  /** Called before the one with this id is renamed. @throws NameTakenError */
  take(id: string, name: string): void;
}

export interface FoundFoldersOptions<T extends FoundFolder> {
  readonly database: Database;
  /** The directory that has all folders of this kind, such as `datasets`. */
  readonly parent: string;
  readonly warn: (message: string) => void;
  /** The kind of the stored states, whose keys are the names of the directories. */
  readonly kept: Pick<Kind<unknown>, 'name'>;
  /** What a directory with these files is: one of Crawlee's, something else, or one that may become Crawlee's. */
  kindOf(names: readonly string[]): 'theirs' | 'other' | 'undecided';
  open(directory: string, context: FolderContext): Promise<T>;
  /** Whether the emulator itself created none with this id or name. */
  isFree(idOrName: string): boolean;
  /** The next place in the order of all. If one is given, it is reserved and returned. */
  place(given?: string): string;
}

/** Opens the folders that crawlers created in a directory, and checks twice a second for new ones. */
export async function openFoundFolders<T extends FoundFolder>(
  options: FoundFoldersOptions<T>,
): Promise<Foreign<T> & { close(): Promise<void> }> {
  const { database, parent, warn, isFree, place } = options;
  const found = new Map<string, T>();
  const removed = await removedFolders(database, parent, warn);
  const byName = (idOrName: string): T | undefined => {
    const all = [...found.values()];
    return all.find(({ facts }) => facts.id === idOrName) ?? all.find(({ facts }) => facts.name === idOrName);
  };
  const notes = laterNotes<FoundFolder>(async (noted) => {
    for (const one of noted) if (found.has(basename(one.directory))) await one.keep();
  }, warn);
  const take = (id: string, name: string): void => {
    const other = byName(name);
    if (!isFree(name) || (other !== undefined && other.facts.id !== id)) throw new NameTakenError(name);
  };
  const isTaken = (idOrName: string): boolean => !isFree(idOrName) || byName(idOrName) !== undefined;
  /** Adds opened folders, in an order that does not depend on how fast each was opened. */
  const add = async (opened: readonly T[]): Promise<void> => {
    const changed: T[] = [];
    for (const one of [...opened].sort(byAge)) {
      const { id, name } = one.facts;
      // Those of the emulator, and those that were found first, keep their id and name.
      const free = { ...(isTaken(id) && { id: newId() }), ...(name !== undefined && isTaken(name) && { name: undefined }) };
      if (one.place === undefined || Object.keys(free).length > 0) changed.push(one);
      one.settle(place(one.place), free);
      found.set(basename(one.directory), one);
    }
    // New ids and secret keys are stored, so that they stay the same after a restart.
    await Promise.all(changed.map((one) => one.keep()));
  };

  /** Names of directories that are something else. They are not looked at again. */
  const others = new Set<string>();
  /** When a directory was last added to the parent or removed from it, in milliseconds since 1970. */
  let changedAt: number | undefined;
  // There are directories that may become Crawlee's later.
  let undecided = true;
  const lookForMore = async (): Promise<void> => {
    const change = (await changeOf(parent))?.getTime();
    if (change === changedAt && !undecided) return;
    changedAt = change;
    // What is added while its date stays the same is found at the next look.
    undecided = change !== undefined && Math.abs(Date.now() - change) < dateStep;
    const there = new Set(await directoriesIn(parent));
    for (const name of others) if (!there.has(name)) others.delete(name);
    const inTurn = atMost(atOnce);
    const opened: T[] = [];
    const lookAt = async (name: string): Promise<void> => {
      const directory = join(parent, name);
      const names = (await readdir(directory).catch(missingIsUndefined)) ?? [];
      const kind = removed.isRemoved(name) ? 'other' : options.kindOf(names);
      if (kind === 'other') others.add(name);
      else if (kind === 'theirs') {
        await removeHalfWritten(directory, names);
        opened.push(await options.open(directory, { database, notes, take }));
      } else undecided = true;
    };
    const looked = await Promise.allSettled(
      [...there].filter((name) => !others.has(name) && !found.has(name)).map((name) => inTurn(() => lookAt(name))),
    );
    await add(opened);
    const failed = looked.find((one) => one.status === 'rejected');
    undecided ||= failed !== undefined;
    if (failed !== undefined) throw failed.reason;
  };
  const look = async (): Promise<void> => {
    await lookForMore();
    for (const one of found.values()) await one.look();
  };
  await lookForMore();
  let looking: Promise<void> | undefined;
  let warned = false;
  const timer = setInterval(() => {
    looking ??= look()
      .catch((error: Error) => {
        if (!warned) warn(`${parent}: cannot check for data of crawlers: ${error.message}`);
        warned = true;
      })
      .finally(() => {
        looking = undefined;
      });
  }, interval).unref();
  return {
    list: () => Array.from(found.values(), (thing) => ({ place: thing.place ?? '', thing })),
    find: byName,
    stageRemove(id) {
      const one = byName(id);
      if (one === undefined) return undefined;
      const folder = basename(one.directory);
      const takeBack = one.leave();
      const gone: Staged<void> = removed.stage(folder);
      return {
        changes: [del(options.kept, folder), ...gone.changes],
        done() {
          found.delete(folder);
          gone.done();
        },
        undo() {
          takeBack();
          gone.undo();
        },
      };
    },
    async close() {
      clearInterval(timer);
      await looking;
      await Promise.all([...found.values()].map((one) => one.close()));
      await notes.close();
      await removed.close();
    },
  };
}

/** Order: those that have a place, by it; then the others, by the date of their creation and by their directory. */
function byAge(one: FoundFolder, other: FoundFolder): number {
  const ageOf = ({ place, facts, directory }: FoundFolder): string =>
    [place ?? '~', facts.createdAt.toISOString(), directory].join('\n');
  return ageOf(one) < ageOf(other) ? -1 : 1;
}
