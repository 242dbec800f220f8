export type { Connection } from './connection.js';
export { CancelledExportError, FailedExportError } from './failure.js';
export { type BullExportQueue, exportQueue, type ListedExport, type QueueOptions } from './queue.js';
export { UnreachableQueueError } from './reach.js';
export { type ExportWorker, exportWorker, type WorkerOptions } from './worker.js';
