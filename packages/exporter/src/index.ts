export { type Export, type ExportOptions, exportItems } from './export.js';
export { type FieldSummary, type Inspection, type InspectOptions, inspectItems, type JsonType } from './inspect.js';
export { createPause, type Pause, sharedPause } from './pause.js';
export type { Report } from './report.js';
export {
  accessParameters,
  type ExportRequest,
  exportParameters,
  parseRequest,
  type RequestInput,
  type RequestOptions,
} from './request.js';
export { readViews, type Views } from './schema.js';
