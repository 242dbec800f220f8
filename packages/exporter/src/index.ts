export { type Export, type ExportOptions, exportItems } from './export.js';
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
