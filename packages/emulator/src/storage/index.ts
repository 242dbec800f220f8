export { fileStore } from './file-store.js';
export { StorageInUseError } from './lock/lock.js';
export { memoryStore } from './memory-store.js';
export type { FileStoreOptions, Fsync } from './options.js';
export { type Seeded, seed } from './seed.js';
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
