import type { NamedStore } from '../store/named-store.js';
import type { ThingChanges, ThingFacts, WantedThing } from '../store/things.js';

export interface KeyValueFacts extends ThingFacts {
  readonly modifiedAt: Date;
  readonly urlSigningSecretKey: string;
}

export interface RecordFacts {
  readonly key: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

export interface KeyValueRecord extends RecordFacts {
  readonly value: Uint8Array;
  /** Text that is another one after each `set` of the record, here and after a restart. Absent: only the bytes and the content type show a change. */
  readonly version?: string | undefined;
  /** Gives the memory of the value back, which then has other bytes. Absent, or not called: it is freed like any other. */
  readonly release?: (() => void) | undefined;
}

/** The bytes of a value, in one piece or in several. */
export type ValueBytes = Uint8Array | readonly Uint8Array[];

export interface KeysWindow {
  /** Default 1,000. */
  readonly limit?: number | undefined;
  readonly exclusiveStartKey?: string | undefined;
  readonly prefix?: string | undefined;
}

export interface Keys {
  /** Sorted by the UTF-16 code units of the keys. */
  readonly items: readonly RecordFacts[];
  readonly isTruncated: boolean;
  /** Start of the next window, if there are more keys. */
  readonly nextExclusiveStartKey?: string | undefined;
}

export interface StoredKeyValues {
  /** The current properties. */
  readonly facts: KeyValueFacts;
  /** The bytes of the value must not be changed. */
  get(key: string): Promise<KeyValueRecord | undefined>;
  /** The record without its value. */
  head(key: string): Promise<RecordFacts | undefined>;
  /** Atomic. Resolves when it is stored. @throws InvalidKeyError, RecordTooLargeError, UnreadableSourceError (removed) */
  set(key: string, contentType: string, value: ValueBytes): Promise<void>;
  /** No error if it does not exist. */
  delete(key: string): Promise<void>;
  keys(window?: KeysWindow): Promise<Keys>;
  /** @throws NameTakenError */
  update(changes: KeyValueChanges): Promise<void>;
  /** Updates `accessedAt`. */
  read(): void;
}

export type KeyValueChanges = ThingChanges;

export interface WantedKeyValues extends WantedThing {
  /** Its initial records. */
  readonly records?: readonly Omit<KeyValueRecord, 'size'>[] | undefined;
}

/** The pieces of a value, without a copy. */
export function piecesOf(value: ValueBytes): readonly Uint8Array[] {
  return value instanceof Uint8Array ? [value] : value;
}

/** A value in one piece, which is a copy if it was in several. */
export function wholeOf(value: ValueBytes): Uint8Array {
  return value instanceof Uint8Array ? value : Buffer.concat(value);
}

export function sizeOf(value: ValueBytes): number {
  return piecesOf(value).reduce((size, piece) => size + piece.length, 0);
}

export type KeyValueStore = NamedStore<StoredKeyValues, WantedKeyValues>;

/** Default limit of a record's value, in bytes. */
export const defaultMaxRecordBytes = 100 * 2 ** 20;

export function checkKey(key: string): void {
  if (!/^[a-zA-Z0-9!\-_.'()]{1,256}$/.test(key)) throw new InvalidKeyError(key);
}

/** A record's key that the API does not allow. */
export class InvalidKeyError extends Error {
  readonly code = 'invalid-key';
  readonly key: string;

  constructor(key: string) {
    super(`The record key ${JSON.stringify(key.slice(0, 100))} was refused, expected 1 to 256 characters of a-zA-Z0-9!-_.'()`);
    this.name = 'InvalidKeyError';
    this.key = key;
  }
}

export class RecordTooLargeError extends Error {
  readonly code = 'record-too-large';
  readonly key: string;
  readonly size: number;
  readonly limit: number;

  constructor(key: string, size: number, limit: number) {
    super(`The record ${JSON.stringify(key)} has ${size} bytes, expected at most ${limit}`);
    this.name = 'RecordTooLargeError';
    this.key = key;
    this.size = size;
    this.limit = limit;
  }
}
