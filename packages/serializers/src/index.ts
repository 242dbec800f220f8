export { ByteWriter } from './bytes.js';
export { type CodePoints, type EscapeRule, type EscapeTable, rulesFor } from './escapes.js';
export * from './format.js';
export {
  defaultFormat,
  type Format,
  type FormatName,
  type FormatOptions,
  type Formats,
  formatNames,
  formatParameters,
  formats,
  type OptionsOf,
  type ParametersOf,
  parametersOf,
} from './formats/index.js';
export { type Part as ZipPart, type ZipOptions, zip } from './formats/xlsx/zip.js';
export { documentPart, inDocumentFrame, tablePart } from './framed.js';
export { freeMemory } from './free-memory.js';
export {
  type CellTable,
  defineDocumentFormat,
  defineTableFormat,
  type OwnDocumentFormat,
  type OwnTableFormat,
  type Part,
  type Parts,
} from './own-format.js';
export {
  type KeptReplacements,
  type Replaced,
  type ReplacementKind,
  type ReplacementReport,
  type ReplacementTally,
  replacements,
  replacementTally,
} from './replacements.js';
export { blocksOfRows, type CollectedRows, type RowCollector, rowCollector } from './table/collect-rows.js';
export type { NumberedRows, NumberedTexts, OpenNumberedRows } from './table/numbered.js';
export {
  arrangedRows,
  type PackedRows,
  type Packing,
  packTable,
  positionsIn,
  type RowStretch,
  unpackTable,
} from './table/packed-table.js';
export { rowStreamer } from './table/stream-rows.js';
export { type ColumnSurvey, surveyCells, surveyColumns, type TakeCell } from './table/survey.js';
export * from './table/table.js';
export { columnsInOrder, spooledTable, type TableOptions, table, tableParameters, tabulate } from './table/tabulate.js';
export { asciiSequence } from './text.js';
export { type WriteOptions, writeItems } from './write-items.js';
