export { chunkMemory, markLength, readFileChunks } from './bytes.js';
export { checkedSource, isSource } from './checked.js';
export { defineSource, type SourceDefinition } from './define.js';
export { expandPaths } from './expand.js';
export { fileSource } from './file.js';
export { type FileNames, itemFilesSource } from './formats/directory.js';
export type { SourceFormat } from './formats/format.js';
export { type SourceFormatName, sourceFormatNames, sourceFormats } from './formats/index.js';
export { isInputName } from './input-names.js';
export { type InputOptions, openInputs } from './inputs.js';
export type { Accepted, AcceptedKind } from './json-faults.js';
export type { ItemNumbers, JoinedJson, JsonElement, JsonFraming, JsonPiece, JsonReading, JsonText } from './json-reading.js';
export { type LinesRead, lineInSource } from './line-counter.js';
export { countLines, linesBackwards, linesForwards, type Span } from './lines.js';
export { type LinesChunk, type LinesFile, linesSource, type Stretch } from './lines-file.js';
export { type Fault, type FaultLog, type Noted, noted, type Remark, type Skipped } from './malformed.js';
export { type Items, itemsSource, type MemoryOptions } from './memory.js';
export type { ChangedNumber, ChangedNumbers } from './numbers.js';
export type { Elements, WebStream } from './once.js';
export { checkReadOptions, inputParameters, inputParametersWith, type ReadOptions } from './options.js';
export {
  defineInput,
  type InputFormat,
  type Inputs,
  type OwnInput,
  parametersOfInputs,
  type StoredBytes,
} from './own-input.js';
export { type PlainOptions, plainRecords } from './plain-item.js';
export { type FilePiece, type FilesPart, type FilesRange, type RangedFiles, rangedFiles } from './ranged-files.js';
export { rangedLines, type StoredLines } from './ranged-lines.js';
export type { RawBatch } from './raw-batch.js';
export { type CheckedSource, joinSources, type Source, type SourceFiles, type StoredSource, undividedBy } from './source.js';
export { countLineFeeds, defaultMaxDepth, isBlank, jsonDepth } from './spans.js';
export { streamSource } from './stream.js';
export { type ItemText, type TextSourceDefinition, textSource } from './text.js';
export {
  toWindow,
  type Window,
  type WindowArguments,
  type WindowPart,
  wholeWindow,
  windowParameters,
  windowParts,
} from './window.js';
