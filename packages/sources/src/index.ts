export { readFileChunks } from './bytes.js';
export { expandPaths } from './expand.js';
export type { Fault, FaultLog, Skipped } from './faults.js';
export { fileSource } from './file.js';
export { type FileNames, itemFilesSource } from './formats/directory.js';
export type { SourceFormat } from './formats/format.js';
export { type SourceFormatName, sourceFormatNames, sourceFormats } from './formats/index.js';
export type { Found } from './found.js';
export { type InputOptions, openInputs } from './inputs.js';
export { type LinesFile, linesSource, type Stretch } from './lines-file.js';
export { type Items, itemsSource, type MemoryOptions } from './memory.js';
export { inputParameters, type ReadOptions } from './options.js';
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
export { defaultMaxDepth, jsonDepth } from './spans.js';
export { streamSource } from './stream.js';
