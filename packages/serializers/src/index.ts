export { canList } from './documents.js';
export * from './format.js';
export { type FormatName, type FormatOptions, formatNames, formatParameters, formats } from './formats/index.js';
export * from './mended.js';
export { type ColumnSurvey, surveyColumns } from './table/survey.js';
export * from './table/table.js';
export { type TableOptions, tableParameters, tabulate } from './table/tabulate.js';
