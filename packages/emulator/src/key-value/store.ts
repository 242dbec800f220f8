/** A record's value, to be read once. */
export type Value = Uint8Array | AsyncIterable<Uint8Array>;

export interface KeyValueFacts {
  /** 17 characters of 0-9A-Za-z. */
  readonly id: string;
  readonly name?: string;
  readonly title?: string;
  readonly createdAt: Date;
  readonly modifiedAt: Date;
  readonly accessedAt: Date;
  readonly urlSigningSecretKey: string;
  readonly actorId?: string;
  readonly runId?: string;
}

export interface KeyValueRecord {
  readonly key: string;
  readonly contentType: string;
  /** Bytes. */
  readonly size: number;
  /** The value as it was when the record was asked for. */
  read(): AsyncIterable<Uint8Array>;
}

export interface KeysWindow {
  /** Default 1,000. */
  readonly limit?: number;
  readonly exclusiveStartKey?: string;
  readonly prefix?: string;
}

export interface Keys {
  /** In the order of the keys' UTF-16 code units. */
  readonly items: readonly { readonly key: string; readonly size: number }[];
  readonly isTruncated: boolean;
  /** Where the next window begins, if there is more. */
  readonly nextExclusiveStartKey?: string;
}

export interface StoredKeyValues {
  readonly facts: KeyValueFacts;
  get(key: string): Promise<KeyValueRecord | undefined>;
  /** All or nothing; resolves when it is stored. @throws InvalidKeyError, RecordTooLargeError */
  set(key: string, contentType: string, value: Value): Promise<void>;
  delete(key: string): Promise<void>;
  keys(window?: KeysWindow): Keys;
  /** @throws NameTakenError */
  update(changes: { readonly name?: string; readonly title?: string }): Promise<void>;
  /** Notes `accessedAt`. */
  read(): void;
}

export interface KeyValueStore {
  /** The oldest first. */
  list(): readonly StoredKeyValues[];
  find(idOrName: string): StoredKeyValues | undefined;
  /** @throws NameTakenError */
  create(wanted: WantedKeyValues): Promise<StoredKeyValues>;
  remove(id: string): Promise<void>;
  close(): Promise<void>;
}

export interface WantedKeyValues {
  readonly id?: string;
  readonly name?: string;
  readonly title?: string;
  readonly actorId?: string;
  readonly runId?: string;
}
