import type { KeyValueFacts, KeyValueRecord, RecordFacts } from './store.js';

/** What is kept of a store beside its records. */
export type StoreRecord = Omit<KeyValueFacts, 'modifiedAt'>;

/** Where the records of one store are kept. Calls that change it come one at a time. */
export interface RecordShelf {
  /** Of the last change; `undefined`: there was none. */
  readonly modifiedAt: Date | undefined;
  facts(): Promise<ReadonlyMap<string, RecordFacts>>;
  get(key: string): Promise<KeyValueRecord | undefined>;
  set(record: KeyValueRecord): Promise<void>;
  delete(key: string): Promise<void>;
  keep(record: StoreRecord): Promise<void>;
  remove(): Promise<void>;
}
