export type { Actor, ActorFunction, Build } from './actor.js';
export { findBuild } from './actor.js';
export { type Catalog, type CatalogOptions, type EmbeddedActor, openCatalog } from './catalog.js';
export {
  type ActorSettings,
  type BuildSettings,
  type Config,
  configSchema,
  type FixtureSettings,
  type OptionSettings,
  type ProgramSettings,
  readConfig,
  type TaskSettings,
} from './config.js';
export { InvalidConfigError } from './config-errors.js';
export type { Task, TaskChanges } from './task.js';
