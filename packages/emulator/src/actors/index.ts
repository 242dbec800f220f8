export type { Actor, ActorFunction, Build } from './actor.js';
export { findBuild } from './actor.js';
export { type Catalog, type CatalogOptions, type EmbeddedActor, openCatalog } from './catalog.js';
export {
  type ActorSettings,
  type BuildSettings,
  type Config,
  configSchema,
  type DatasetSettings,
  type FixtureSettings,
  type KeyValueStoreSettings,
  type OptionSettings,
  type ProgramSettings,
  type RecordSettings,
  readConfig,
  type TaskSettings,
} from './config.js';
export { InvalidConfigError } from './config-errors.js';
export type { Task, TaskChanges } from './task.js';
