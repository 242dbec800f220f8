import type { Item } from '@dataset-items/query-pipeline';
import type { Source } from '@dataset-items/sources';

export type JsonObject = Item;

/** What is known of a stored dataset beside its items. */
export interface DatasetFacts {
  /** 17 characters of 0-9A-Za-z, unless whoever created the dataset chose another. */
  readonly id: string;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly schema?: JsonObject | undefined;
  readonly createdAt: Date;
  /** Of the last push, or of the creation. */
  readonly modifiedAt: Date;
  readonly accessedAt: Date;
  readonly itemCount: number;
  /** Items that `clean` leaves: those with a field whose name does not start with `#`. */
  readonly cleanItemCount: number;
  readonly urlSigningSecretKey: string;
  readonly actorId?: string | undefined;
  readonly runId?: string | undefined;
  /** Of the items as compact JSON, a line each. */
  readonly bytes: number;
}

/** Of a top-level field, over all items. */
export interface FieldStatistics {
  /** Of numbers the value, of strings and arrays the length, of objects the number of fields, of booleans 0 and 1. */
  readonly min?: number;
  readonly max?: number;
  readonly nullCount: number;
  /** Items without the field. */
  readonly emptyCount: number;
}

export interface WantedDataset {
  readonly id?: string | undefined;
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  readonly schema?: JsonObject | undefined;
  readonly actorId?: string | undefined;
  readonly runId?: string | undefined;
}

export interface DatasetChanges {
  readonly name?: string | undefined;
  readonly title?: string | undefined;
  /** `null` takes it away. */
  readonly schema?: JsonObject | null | undefined;
}

export interface StoredDataset {
  /** As of now. */
  readonly facts: DatasetFacts;
  /** Changes whenever the items do. */
  readonly version: string;
  /** The items acknowledged so far; what is pushed later is not in it. It knows its `total()`. */
  source(): Source;
  /**
   * Takes all items or none, and resolves when they are acknowledged.
   * @throws MalformedInputError for what is not a JSON object or is nested too deeply; UnreadableSourceError when the dataset was removed;
   * UnwritableOutputError
   */
  push(items: readonly Item[]): Promise<void>;
  /** Of each top-level field met so far (the first 2,000), and of each property that the schema's `fields` names. */
  statistics(): Readonly<Record<string, FieldStatistics>>;
  /** @throws NameTakenError */
  update(changes: DatasetChanges): Promise<void>;
  /** Notes that the items were read now: `accessedAt`. */
  read(): void;
}

export interface DatasetStore {
  /** Oldest first. */
  list(): readonly StoredDataset[];
  /** An id goes before a name. */
  find(idOrName: string): StoredDataset | undefined;
  /** @throws NameTakenError */
  create(wanted?: WantedDataset): Promise<StoredDataset>;
  /** No error where there is none. */
  remove(id: string): Promise<void>;
  /** Resolves when everything is on disk; nothing may be pushed afterwards. */
  close(): Promise<void>;
}

/** Another dataset has the name, or the id, that was asked for. */
export class NameTakenError extends Error {
  readonly code = 'name-taken';
  readonly taken: string;

  constructor(taken: string) {
    super(`${JSON.stringify(taken)} is the name or id of another one, expected one that nothing has`);
    this.name = 'NameTakenError';
    this.taken = taken;
  }
}
