import { type Change, put } from '../store/changes.js';
import type { Cell, Collection } from '../store/collection.js';
import type { Database } from '../store/database.js';
import { damaged } from '../store/errors.js';
import { bytesKind, type Kind } from '../store/kinds.js';
import { recordChanges } from '../store/record-changes.js';
import { turnsOn } from '../store/turns.js';
import {
  checkKey,
  type Keys,
  type KeyValueFacts,
  type KeyValueRecord,
  type RecordFacts,
  RecordTooLargeError,
  type StoredKeyValues,
  sizeOf,
  wholeOf,
} from './store.js';
import { type LentValue, namedFiles, type ValueFile, type ValueFiles } from './value-files.js';

export type StoreRecord = Omit<KeyValueFacts, 'modifiedAt'>;

/** The counts of a store, which change with its records. */
export interface StoreCounts {
  readonly records: number;
  readonly modifiedAt?: Date | undefined;
}

/** A record. A small value is part of the entry, a larger one has an entry of its own, and the largest ones have files. */
export interface RecordEntry {
  readonly contentType: string;
  readonly size: number;
  readonly value?: Uint8Array | undefined;
  readonly file?: ValueFile | undefined;
}

/** Entries by the key of the store and the key of the record: a line of JSON, and after it the value if it is small. */
export const recordEntries: Kind<RecordEntry> = {
  name: 'records',
  encode: ({ value, ...facts }) => Buffer.concat([Buffer.from(`${JSON.stringify(facts)}\n`), value ?? Buffer.alloc(0)]),
  decode(bytes) {
    const end = bytes.indexOf(0x0a);
    const facts = JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, end).toString()) as RecordEntry;
    return facts.size <= mostInEntry ? { ...facts, value: bytes.subarray(end + 1) } : facts;
  },
};
export const values = bytesKind('values');

/** Largest value in bytes that is part of its entry. */
const mostInEntry = 2048;
/** Largest value in bytes that is in the database. Larger ones have files. */
const mostInDatabase = 256 * 1024;

export interface OwnStoreOptions {
  readonly database: Database;
  readonly collection: Collection<StoreRecord, StoreCounts, StoredKeyValues>;
  /** `undefined`: all values are in the database. */
  readonly files: ValueFiles | undefined;
  readonly maxRecordBytes: number;
  readonly warn: (message: string) => void;
}

/** A key-value store that the emulator created. */
export function ownStore(cell: Cell<StoreRecord, StoreCounts>, options: OwnStoreOptions): StoredKeyValues {
  const { database, collection, files, maxRecordBytes, warn } = options;
  const { id } = cell.record;
  const { rename, read } = recordChanges(cell, collection);
  const turns = turnsOn(
    database,
    async () => {},
    () => {},
  );
  const at = (key: string): string => `${cell.key}/${key}`;
  let counted: Promise<boolean> | undefined;
  /** Whether all stored records exist. It is checked once, when a record is not found. */
  const isWhole = (): Promise<boolean> => {
    counted ??= turns
      .alone(async () => {
        const found = await database.entries(recordEntries, at(''));
        const whole = found.filter(({ value }) => value !== undefined).length;
        if (whole >= cell.counts.records) return true;
        warn(`${database.name}: ${cell.counts.records - whole} records of the key-value store ${id} are damaged`);
        return false;
      })
      .catch((error: unknown) => {
        counted = undefined;
        throw error;
      });
    return counted;
  };
  /** Throws if a record is damaged, because it may be the one that was not found. */
  const checkWhole = async (): Promise<void> => {
    if (!cell.leaving && !(await isWhole())) throw damaged(database.name, `a record of the key-value store ${id}`);
  };
  const fromFile = (file: ValueFile, size: number, all: ValueFiles): Promise<LentValue> =>
    all.read(file, size).catch((error: unknown) => {
      // The files of a removed store go before its entries.
      collection.checkThere(cell);
      throw error;
    });
  const storedValue = async (key: string, { file, size, value: own }: RecordEntry): Promise<LentValue> => {
    if (file !== undefined && files !== undefined) return fromFile(file, size, files);
    const value = own ?? database.get(values, at(key));
    if (value === undefined) throw damaged(database.name, `the value of the record ${key} of the store ${id}`);
    return { value };
  };
  return {
    get facts() {
      return { ...cell.record, modifiedAt: cell.counts.modifiedAt ?? cell.record.createdAt };
    },
    async get(key) {
      await database.ready();
      const entry = database.get(recordEntries, at(key));
      if (entry === undefined) return checkWhole().then(() => undefined);
      return { key, contentType: entry.contentType, size: entry.size, ...(await storedValue(key, entry)) };
    },
    async head(key) {
      await database.ready();
      const entry = database.get(recordEntries, at(key));
      if (entry === undefined) return checkWhole().then(() => undefined);
      return { key, contentType: entry.contentType, size: entry.size };
    },
    async set(key, contentType, given) {
      checkKey(key);
      const size = sizeOf(given);
      if (size > maxRecordBytes) throw new RecordTooLargeError(key, size, maxRecordBytes);
      collection.checkThere(cell);
      const file = size > mostInDatabase ? await files?.write(given) : undefined;
      const value = file === undefined ? wholeOf(given) : undefined;
      try {
        await turns.take((draft) => {
          collection.checkThere(cell);
          const before = draft.get(recordEntries, at(key));
          draft.put(recordEntries, at(key), { ...entryOf(contentType, size, value), file });
          if (size > mostInEntry && value !== undefined) draft.put(values, at(key), value);
          else if (before !== undefined && hasOwnEntry(before)) draft.del(values, at(key));
          if (file !== undefined) draft.put(namedFiles, file.name, null);
          if (before?.file !== undefined) draft.del(namedFiles, before.file.name);
          const { records } = collection.countsIn(draft, cell);
          collection.setCounts(draft, cell, { records: records + (before === undefined ? 1 : 0), modifiedAt: new Date() });
          draft.afterwards(() => before?.file && files?.remove(before.file.name));
        });
      } catch (error) {
        if (file !== undefined) files?.remove(file.name);
        throw error;
      }
    },
    delete: (key) =>
      turns.take((draft) => {
        const before = draft.get(recordEntries, at(key));
        if (before === undefined || cell.leaving) return;
        draft.del(recordEntries, at(key));
        if (hasOwnEntry(before)) draft.del(values, at(key));
        if (before.file !== undefined) draft.del(namedFiles, before.file.name);
        const { records } = collection.countsIn(draft, cell);
        collection.setCounts(draft, cell, { records: records - 1, modifiedAt: new Date() });
        draft.afterwards(() => before.file && files?.remove(before.file.name));
      }),
    async keys({ limit = 1000, exclusiveStartKey, prefix = '' } = {}): Promise<Keys> {
      const after = exclusiveStartKey === undefined ? undefined : at(exclusiveStartKey);
      if (after !== undefined && after > at(prefix) && !after.startsWith(at(prefix))) return { items: [], isTruncated: false };
      const found = await database.entries(recordEntries, at(prefix), { after, limit: limit + 1 });
      await isWhole();
      const items = found.slice(0, limit).flatMap(({ key, value }): RecordFacts[] => {
        return value === undefined ? [] : [{ key: key.slice(at('').length), contentType: value.contentType, size: value.size }];
      });
      const isTruncated = found.length > limit;
      const last = found[limit - 1]?.key.slice(at('').length);
      return { items, isTruncated, nextExclusiveStartKey: isTruncated ? last : undefined };
    },
    update: rename,
    read,
  };
}

/** The initial records of a new store. */
export function firstRecords(key: string, records: readonly Omit<KeyValueRecord, 'size'>[]): Change[] {
  return records.flatMap(({ key: name, contentType, value }) => [
    put(recordEntries, `${key}/${name}`, entryOf(contentType, value.length, value)),
    ...(value.length > mostInEntry ? [put(values, `${key}/${name}`, value)] : []),
  ]);
}

function entryOf(contentType: string, size: number, value: Uint8Array | undefined): RecordEntry {
  return { contentType, size, ...(size <= mostInEntry && { value }) };
}

/** Whether the value has an entry of its own in the database. */
function hasOwnEntry({ size, file }: RecordEntry): boolean {
  return size > mostInEntry && file === undefined;
}
