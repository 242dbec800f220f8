import type * as AnyProcess from './any-process.js';
import type * as ExportProcess from './export-process.js';
import { loadProcess } from './load-process.js';

/** An export is in a file of its own, because V8 takes time for all code of a file, whether it runs or not. */
async function main([command, ...args]: readonly string[]): Promise<void> {
  if (command === 'export') {
    const { exports, keep } = loadProcess<typeof ExportProcess>('export-process.cjs');
    const status = await exports.runExportProcess(args);
    if (status === 0) keep();
    if (status !== undefined) return;
  }
  const { exports, keep } = loadProcess<typeof AnyProcess>('any-process.cjs');
  if ((await exports.runAnyProcess(process.argv.slice(2))) === 0) keep();
}

void main(process.argv.slice(2));
