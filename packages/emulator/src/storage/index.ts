export { StorageDamagedError, StorageInUseError, StorageVersionError } from '../store/errors.js';
export { convertStorage } from './convert/convert.js';
export type { Converted } from './convert/converted.js';
export { type OpenStorageOptions, openStorage, type Storage } from './open-storage.js';
export type { Fsync } from './options.js';
export { type Seeded, seed, seedDeclared } from './seed.js';
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
