import { parentPort, workerData } from 'node:worker_threads';
import type * as ExportProcess from './export-process.js';
import { loadProcess } from './load-process.js';

// The file of the threads of an export. Their code is that of the export, of which compiled code is kept.
const { exports } = loadProcess<typeof ExportProcess>('export-process.cjs');
if (parentPort !== null) exports.serveTasks(parentPort, workerData);
