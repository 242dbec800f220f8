export { fileSource, type ReadOptions, streamSource } from './file.js';
export { type Items, itemsSource, type MemoryOptions } from './memory.js';
export {
  joinSources,
  type Source,
  type StoredSource,
  toWindow,
  type Window,
  type WindowArguments,
  wholeWindow,
  windowParameters,
} from './source.js';
export { defaultMaxDepth } from './spans.js';
