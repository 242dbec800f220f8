import { basename } from 'node:path';
import type { Item } from '@dataset-items/query-pipeline';
import { oneAtATime } from '../../one-at-a-time.js';
import { put } from '../../store/changes.js';
import { removed } from '../../store/errors.js';
import { jsonKind, type Kind } from '../../store/kinds.js';
import { type ThingChanges, withChanges } from '../../store/things.js';
import type { FolderContext, FoundFolder } from './folders.js';
import { changeOf } from './item-files.js';
import { type ForeignRecord, foreignRecord } from './metadata.js';

export interface KeptFacts {
  /** The place in the order of all of its kind. `undefined`: it has none yet. */
  readonly place?: string | undefined;
  readonly record: ForeignRecord;
}

/** The kind of the stored states of directories. The keys are the names of the directories. */
export function keptFacts<K extends KeptFacts = KeptFacts>(name: string): Kind<K> {
  return jsonKind<K>(name, ({ record, ...kept }) => {
    const dates = { createdAt: new Date(record.createdAt), accessedAt: new Date(record.accessedAt) };
    return { ...kept, record: { ...record, ...dates } } as K;
  });
}

/** The facts of what Crawlee has created, and its turns. */
export interface FoundFacts<K extends KeptFacts> extends FoundFolder {
  /** As it was stored when it was opened. */
  readonly kept: K | undefined;
  readonly facts: ForeignRecord;
  /** When a file was last added or removed. */
  readonly modifiedAt: Date;
  /** @throws UnreadableSourceError if the directory is being removed */
  checkThere(): void;
  /** Runs work on the files, one after the other. @throws UnreadableSourceError if the directory is being removed */
  inTurn<T>(work: () => Promise<T>): Promise<T>;
  /** The same, but does nothing if the directory is being removed. */
  inTurnIfThere(work: () => Promise<void>): Promise<void>;
  /** @throws NameTakenError */
  update(changes: ThingChanges & { readonly schema?: Item | null | undefined }): Promise<void>;
  /** Sets `accessedAt` to now, which is stored some time later. */
  read(): void;
}

export interface FoundFactsOptions<K extends KeptFacts> {
  readonly kind: Kind<K>;
  /** `key-value store`, for errors. */
  readonly what: string;
  /** What is stored besides the facts. */
  readonly more: () => Omit<K, keyof KeptFacts>;
}

export async function foundFacts<K extends KeptFacts>(
  directory: string,
  { kind, what, more }: FoundFactsOptions<K>,
  { database, notes, take }: FolderContext,
): Promise<FoundFacts<K>> {
  await database.ready();
  const kept = database.get(kind, basename(directory));
  let record = kept?.record ?? (await foreignRecord(directory));
  let place = kept?.place;
  let changedAt = await changeOf(directory);
  let leaving = false;
  const oneByOne = oneAtATime();
  const keep = (): Promise<void> => database.commit([put(kind, basename(directory), { place, record, ...more() } as K)]);
  const checkThere = (): void => {
    if (leaving) throw removed(record.name ?? record.id, what);
  };
  const inTurn: FoundFacts<K>['inTurn'] = (work) =>
    oneByOne(async () => {
      checkThere();
      return work();
    });
  const found: FoundFacts<K> = {
    directory,
    kept,
    get place() {
      return place;
    },
    get facts() {
      return record;
    },
    get modifiedAt() {
      return changedAt ?? record.createdAt;
    },
    checkThere,
    inTurn,
    inTurnIfThere: (work) => oneByOne(async () => (leaving ? undefined : work())),
    update: ({ schema, ...changes }) =>
      inTurn(async () => {
        if (changes.name !== undefined) take(record.id, changes.name);
        const before = record;
        record = { ...withChanges(record, changes), ...(schema !== undefined && { schema: schema ?? undefined }) };
        await keep().catch((error: unknown) => {
          record = before;
          throw error;
        });
      }),
    read() {
      if (leaving) return;
      record = { ...record, accessedAt: new Date() };
      notes.add(found);
    },
    settle(given, changes) {
      place = given;
      record = { ...record, ...changes };
    },
    async look() {
      if (!leaving) changedAt = await changeOf(directory);
    },
    leave() {
      leaving = true;
      return () => {
        leaving = false;
      };
    },
    keep,
    close: () => oneByOne(async () => {}),
  };
  return found;
}
