import type { Item } from '@dataset-items/query-pipeline';
import type { CheckedSource } from '@dataset-items/sources';
import type { NamedStore } from '../store/named-store.js';
import type { ThingChanges, ThingFacts, WantedThing } from '../store/things.js';

export type JsonObject = Item;

/** The properties of a stored dataset. */
export interface DatasetFacts extends ThingFacts {
  readonly schema?: JsonObject | undefined;
  /** Time of the last push, or of the creation. */
  readonly modifiedAt: Date;
  readonly itemCount: number;
  /** Items that `clean` leaves: those with a field whose name does not start with `#`. */
  readonly cleanItemCount: number;
  readonly urlSigningSecretKey: string;
  /** Bytes of the items as compact JSON, one line each. */
  readonly bytes: number;
}

/** Statistics of a top-level field over all items. */
export interface FieldStatistics {
  /** Smallest measure: the value of a number, the length of a string or array, the number of fields of an object, 0 or 1 for a boolean. */
  readonly min?: number;
  readonly max?: number;
  readonly nullCount: number;
  /** Number of items without the field. */
  readonly emptyCount: number;
}

export interface WantedDataset extends WantedThing {
  readonly schema?: JsonObject | undefined;
}

export interface DatasetChanges extends ThingChanges {
  /** `null` removes it. */
  readonly schema?: JsonObject | null | undefined;
}

export interface StoredDataset {
  /** The current properties. */
  readonly facts: DatasetFacts;
  /** Changes whenever the items do. */
  readonly version: string;
  /** @throws UnreadableSourceError when acknowledged items are lost */
  check(): void;
  /** Looks for changes by other programs. */
  refresh(): Promise<void>;
  /** Number of stored items that are malformed, which `source` skips and `facts.itemCount` counts. Default 0. */
  readonly malformed?: number;
  /** The items acknowledged so far, without later pushes. It knows its `total()`. */
  source(): CheckedSource;
  /**
   * Stores all items or none, and resolves when they are acknowledged.
   * @throws MalformedInputError for an item that is not a JSON object or is nested too deeply; UnreadableSourceError if the dataset was removed;
   * UnwritableOutputError
   */
  push(items: readonly Item[]): Promise<void>;
  /** Statistics of the first 2,000 different top-level fields, and of each property that the schema's `fields` names. */
  statistics(): Promise<Readonly<Record<string, FieldStatistics>>>;
  /** Paths of the values of those fields, with slashes: `price/amount`. At most 100 of each field. */
  leafPaths(): Promise<readonly string[]>;
  /** @throws NameTakenError */
  update(changes: DatasetChanges): Promise<void>;
  /** Updates `accessedAt`. */
  read(): void;
}

export type DatasetStore = NamedStore<StoredDataset, WantedDataset>;

export { NameTakenError } from '../store/errors.js';
