import { join } from 'node:path';
import type { runAnyProcess } from './any-process.js';
import type { runExportProcess } from './export-process.js';
import { type Kept, loadKept } from './kept-code.js';

/** An export is in a file of its own, because V8 takes time for all code of a file, whether it runs or not. */
async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === 'export') {
    const { exports, keep } = load<{ readonly runExportProcess: typeof runExportProcess }>('export-process.cjs');
    const status = await exports.runExportProcess(args);
    if (status === 0) keep();
    if (status !== undefined) return;
  }
  const { exports, keep } = load<{ readonly runAnyProcess: typeof runAnyProcess }>('any-process.cjs');
  if ((await exports.runAnyProcess(process.argv.slice(2))) === 0) keep();
}

function load<T>(name: string): Kept<T> {
  return loadKept<T>(join(__dirname, name));
}

void main(process.argv.slice(2));
