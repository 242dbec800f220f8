export { type RangeExport, type RangeOptions, readRange } from './read-range.js';
export { blocksFrom, columnsToMerge, type StoredRange } from './stored-rows.js';
export { type MergedReport, mergeReports, nothingRead, type ReadSummary, type ReportMerger } from './summary.js';
export { type PartFormat, partFormat, type Way, wayOf } from './way.js';
export { wholeOptions } from './whole.js';
export { windowIn } from './window-in.js';
export { writeRun } from './write-run.js';
