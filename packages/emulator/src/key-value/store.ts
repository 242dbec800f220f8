export interface KeyValueFacts {
  /** 17 characters of 0-9A-Za-z. */
  readonly id: string;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly accessedAt: Date;
  readonly urlSigningSecretKey: string;
  readonly actorId?: string | undefined;
  readonly runId?: string | undefined;
}

export interface RecordFacts {
  readonly key: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
}

export interface KeyValueRecord extends RecordFacts {
  readonly value: Uint8Array;
}

export interface KeysWindow {
  /** Default 1,000. */
  readonly limit?: number | undefined;
  readonly exclusiveStartKey?: string | undefined;
  readonly prefix?: string | undefined;
}

export interface Keys {
  /** In the order of the keys' UTF-16 code units. */
  readonly items: readonly RecordFacts[];
  readonly isTruncated: boolean;
  /** Where the next window begins, if there is more. */
  readonly nextExclusiveStartKey?: string | undefined;
}

export interface StoredKeyValues {
  /** As of now. */
  readonly facts: KeyValueFacts;
  get(key: string): Promise<KeyValueRecord | undefined>;
  /** The record without its value. */
  head(key: string): Promise<RecordFacts | undefined>;
  /** All or nothing; resolves when it is stored. @throws InvalidKeyError, RecordTooLargeError, UnreadableSourceError (removed) */
  set(key: string, contentType: string, value: Uint8Array): Promise<void>;
  /** No error where there is none. */
  delete(key: string): Promise<void>;
  keys(window?: KeysWindow): Promise<Keys>;
  /** @throws NameTakenError */
  update(changes: KeyValueChanges): Promise<void>;
  /** Notes `accessedAt`. */
  read(): void;
}

export interface KeyValueChanges {
  readonly name?: string | undefined;
  readonly title?: string | undefined;
}

export interface WantedKeyValues {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly actorId?: string | undefined;
  readonly runId?: string | undefined;
}

export interface KeyValueStore {
  /** The oldest first. */
  list(): readonly StoredKeyValues[];
  /** An id goes before a name. */
  find(idOrName: string): StoredKeyValues | undefined;
  /** @throws NameTakenError */
  create(wanted?: WantedKeyValues): Promise<StoredKeyValues>;
  /** No error where there is none. */
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

/** Bytes of a record's value, unless told otherwise. */
export const defaultMaxRecordBytes = 100 * 2 ** 20;

export function checkKey(key: string): void {
  if (!/^[a-zA-Z0-9!\-_.'()]{1,256}$/.test(key)) throw new InvalidKeyError(key);
}

/** A record's key that the API does not take. */
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
