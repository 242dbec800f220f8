import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type { serveTasks } from './export-process.js';
import { loadKept } from './kept-code.js';

// The file of the threads of an export. Their code is that of the export, of which compiled code is kept.
const { exports } = loadKept<{ readonly serveTasks: typeof serveTasks }>(join(__dirname, 'export-process.cjs'));
if (parentPort !== null) exports.serveTasks(parentPort, workerData);
