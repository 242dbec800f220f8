import { parentPort, workerData } from 'node:worker_threads';
import type { Setup } from './workers/messages.js';
import { serveTasks } from './workers/thread.js';

// The file of the threads of an export (`workers`).
if (parentPort !== null) serveTasks(parentPort, workerData as Setup);
