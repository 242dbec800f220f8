export { type BatchOptions, toBatches } from './batches.js';
export { byteOrderMark, withoutMark } from './byte-order-mark.js';
export { type Compiled, compile } from './compile.js';
export * from './errors.js';
export { expandShorthands, type PlainQuery } from './expand.js';
export {
  type Batch,
  type Facts,
  filterFields,
  getField,
  type Item,
  isItem,
  type Json,
  objectsInherit,
  type Scalar,
  setField,
} from './item.js';
export * from './key-index.js';
export { nearest } from './nearest.js';
export { atLeast, checkKinds, longestTimer, type OptionKind, oneOfValues, optionKinds, timerTime } from './options.js';
export * from './parameters.js';
export { withPauses } from './pauses.js';
export { isCode, type PlainError, plainError, restoredError } from './plain-error.js';
export type { Plan, PlanPlace } from './plan.js';
export { acceptQuery, checkQuery, type GivenQuery, parseQuery, type Query, queryParameters } from './query.js';
export { readAhead } from './read-ahead.js';
export {
  type FilteredRecords,
  fieldsOf,
  type ListedField,
  type ListedRecords,
  type Records,
  type Values,
  type WholeRecords,
  wholeRecords,
} from './records.js';
export { columnName, compareColumns } from './rules/column-order.js';
export {
  type ColumnLimits,
  type ColumnReport,
  type Columns,
  type FinalColumns,
  fixedColumns,
  foundColumns,
  type LearnedColumns,
} from './rules/columns.js';
export { countNames, type KeptNames, type NameCount, type NameCounter } from './rules/distinct-names.js';
export { type Layout, unlisted } from './rules/layout.js';
export { type Holder, type NeverFound, neverFoundInAll } from './rules/never-found.js';
export { isChangedNumber, printedNumber, spelledNumber, spellingOf } from './spelled.js';
