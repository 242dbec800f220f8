import { keptKeyValues } from './kept-stores.js';
import type { RecordShelf } from './shelf.js';
import { defaultMaxRecordBytes, type KeyValueRecord, type KeyValueStore } from './store.js';

/** Key-value stores that end with the process. */
export function memoryKeyValues({ maxRecordBytes = defaultMaxRecordBytes } = {}): KeyValueStore {
  return keptKeyValues({ kept: [], newShelf: async () => memoryShelf(), maxRecordBytes });
}

function memoryShelf(): RecordShelf {
  const records = new Map<string, KeyValueRecord>();
  let modifiedAt: Date | undefined;
  return {
    get modifiedAt() {
      return modifiedAt;
    },
    facts: async () => records,
    get: async (key) => records.get(key),
    async set(record) {
      // A copy: whoever gave the bytes may go on using them.
      records.set(record.key, { ...record, value: record.value.slice() });
      modifiedAt = new Date();
    },
    async delete(key) {
      if (records.delete(key)) modifiedAt = new Date();
    },
    async keep() {},
    async remove() {
      records.clear();
    },
  };
}
