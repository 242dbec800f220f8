export type { Dialect } from './dialect.js';
export { type Kernel, mostColumns, type Output, openKernel, type Stop } from './kernel.js';
export { useCompiled } from './module.js';
export type { Met, Place, Places } from './nodes.js';
export { type NumberedRows, type NumberedTexts, openNumberedRows } from './numbered.js';
export { mostUnwinds, type NumberRules, type Program, type RecordRules, type Writing } from './program.js';
export type { Reason } from './reasons.js';
