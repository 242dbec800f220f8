import { join } from 'node:path';
import { parentPort, workerData } from 'node:worker_threads';
import type * as ExportProcess from './export-process.js';
import { loadKept } from './kept-code.js';

// The file of the threads of an export. Their code is that of the export, of which compiled code is kept.
const { exports } = loadKept<typeof ExportProcess>(join(__dirname, 'export-process.cjs'));
exports.useKeptKernel(join(__dirname, 'kernel.wasm'));
if (parentPort !== null) exports.serveTasks(parentPort, workerData);
