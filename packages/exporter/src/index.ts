export { type Export, exportItems } from './export.js';
export type { ColumnFigures } from './figures/column.js';
export type { Histogram } from './figures/histogram.js';
export type { CellKind } from './figures/kinds.js';
export type { Distinct, FrequentValue } from './figures/values.js';
export {
  type FieldSummary,
  type Inspection,
  type InspectOptions,
  type ItemsInside,
  inspectItems,
  type JsonType,
} from './inspect.js';
export { type InspectColumnsOptions, inspectColumns, type TableFigures } from './inspect-columns.js';
export { checkFormats, type ExportOptions, exportOptionKinds } from './options.js';
export { createPause, type Pause, sharedPause } from './pause.js';
export type { ExportJob, ExportProgress, ExportQueue, ExportResult, ExportState, SubmitOptions } from './queue.js';
export * from './ranges/index.js';
export { recordsOf } from './records.js';
export type { Report } from './report.js';
export {
  accessParameters,
  type ExportRequest,
  exportParameters,
  parseRequest,
  type RequestInput,
  type RequestOptions,
  requestData,
} from './request.js';
export { refuseTooMany, type Shaping } from './shaping.js';
export { applyView, readViews, type Views, type ViewTransformation, viewParameters } from './views.js';
export { serveTasks } from './workers/thread.js';
