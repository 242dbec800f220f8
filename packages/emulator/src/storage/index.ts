export { memoryStore } from './memory-store.js';
export type {
  DatasetChanges,
  DatasetFacts,
  DatasetStore,
  FieldStatistics,
  JsonObject,
  StoredDataset,
  WantedDataset,
} from './store.js';
export { NameTakenError } from './store.js';
