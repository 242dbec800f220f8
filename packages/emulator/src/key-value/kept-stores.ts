import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { oneAtATime } from '../one-at-a-time.js';
import { newId, newSecretKey } from '../storage/identifiers.js';
import { moments } from '../storage/moments.js';
import { NameTakenError } from '../storage/store.js';
import type { RecordShelf, StoreRecord } from './shelf.js';
import {
  checkKey,
  type Keys,
  type KeysWindow,
  type KeyValueChanges,
  type KeyValueStore,
  type RecordFacts,
  RecordTooLargeError,
  type StoredKeyValues,
} from './store.js';

/** Where key-value stores are kept. */
export interface KeyValueKeeping {
  /** What is there already, in any order. */
  readonly kept: readonly { readonly record: StoreRecord; readonly shelf: RecordShelf }[];
  newShelf(record: StoreRecord): Promise<RecordShelf>;
  readonly maxRecordBytes: number;
}

interface Shelved extends StoredKeyValues {
  /** What is set from now on is refused; resolves when nothing is left. */
  remove(): Promise<void>;
  close(): Promise<void>;
}

/** Key-value stores by id and name, wherever they are kept. */
export function keptKeyValues({ kept, newShelf, maxRecordBytes }: KeyValueKeeping): KeyValueStore {
  const stores = new Map<string, Shelved>();
  const nextMoment = moments(kept.map(({ record }) => record.createdAt));
  /** Names of stores that are being created, and their ids. */
  const reserved = new Set<string>();
  const named = (name: string): Shelved | undefined => {
    for (const store of stores.values()) if (store.facts.name === name) return store;
    return undefined;
  };
  const refuseTaken = (name: string | undefined, id: string): void => {
    if (name === undefined) return;
    if (reserved.has(name) || (named(name)?.facts.id ?? id) !== id) throw new NameTakenError(name);
  };
  const add = (record: StoreRecord, shelf: RecordShelf): Shelved => {
    const store = shelved(record, shelf, maxRecordBytes, ({ name }) => refuseTaken(name, record.id));
    stores.set(record.id, store);
    return store;
  };
  for (const { record, shelf } of kept.toSorted((a, b) => a.record.createdAt.getTime() - b.record.createdAt.getTime())) {
    add(record, shelf);
  }
  return {
    list: () => [...stores.values()],
    find: (idOrName) => stores.get(idOrName) ?? named(idOrName),
    async create({ id = newId(), ...wanted } = {}) {
      refuseTaken(wanted.name, id);
      if (stores.has(id) || reserved.has(id)) throw new NameTakenError(id);
      const now = nextMoment();
      const record = { ...wanted, id, createdAt: now, accessedAt: now, urlSigningSecretKey: newSecretKey() };
      const names = wanted.name === undefined ? [id] : [id, wanted.name];
      for (const name of names) reserved.add(name);
      try {
        return add(record, await newShelf(record));
      } finally {
        for (const name of names) reserved.delete(name);
      }
    },
    async remove(id) {
      const store = stores.get(id);
      stores.delete(id);
      await store?.remove();
    },
    async close() {
      await Promise.all([...stores.values()].map((store) => store.close()));
    },
  };
}

function shelved(
  given: StoreRecord,
  shelf: RecordShelf,
  maxRecordBytes: number,
  check: (changes: KeyValueChanges) => void,
): Shelved {
  let record = given;
  let removed = false;
  let accessed = false;
  const inTurn = oneAtATime();
  const checkThere = (): void => {
    if (removed) throw new UnreadableSourceError(record.name ?? record.id, 'the key-value store was removed', { missing: true });
  };
  return {
    get facts() {
      return { ...record, modifiedAt: shelf.modifiedAt ?? record.createdAt };
    },
    get: (key) => shelf.get(key),
    head: async (key) => (await shelf.facts()).get(key),
    async set(key, contentType, value) {
      checkKey(key);
      const size = value.length;
      if (size > maxRecordBytes) throw new RecordTooLargeError(key, size, maxRecordBytes);
      checkThere();
      await inTurn(() => shelf.set({ key, contentType, size, value }));
    },
    delete: (key) => inTurn(() => shelf.delete(key)),
    keys: async (window) => keysIn(await shelf.facts(), window),
    async update({ name, title }) {
      checkThere();
      check({ name });
      record = { ...record, ...(name !== undefined && { name }), ...(title !== undefined && { title }) };
      await inTurn(() => shelf.keep(record));
    },
    read() {
      accessed = true;
      record = { ...record, accessedAt: new Date() };
    },
    remove() {
      removed = true;
      return inTurn(() => shelf.remove());
    },
    close: () => inTurn(async () => (accessed && !removed ? shelf.keep(record) : undefined)),
  };
}

function keysIn(
  records: ReadonlyMap<string, RecordFacts>,
  { limit = 1000, exclusiveStartKey, prefix = '' }: KeysWindow = {},
): Keys {
  const keys = [...records.keys()].filter((key) => key.startsWith(prefix) && key > (exclusiveStartKey ?? '')).sort();
  const items = keys.slice(0, limit).flatMap((key) => factsOf(records.get(key)));
  const isTruncated = keys.length > items.length;
  return { items, isTruncated, nextExclusiveStartKey: isTruncated ? items.at(-1)?.key : undefined };
}

function factsOf(record: RecordFacts | undefined): RecordFacts[] {
  return record === undefined ? [] : [{ key: record.key, contentType: record.contentType, size: record.size }];
}
