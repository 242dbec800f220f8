import type * as AnyProcess from './any-process.js';
import type * as ExportProcess from './export-process.js';
import { loadProcess } from './load-process.js';

/** An export is in a file of its own, because V8 takes time for all code of a file, whether it runs or not. */
async function main(args: readonly string[]): Promise<void> {
  if (args[0] === 'export') {
    const { exports, keep } = loadProcess<typeof ExportProcess>('export-process.cjs');
    const status = await exports.runExportProcess(args.slice(1));
    if (status === 0) keep(args);
    if (status !== undefined) return;
  }
  const { exports, keep } = loadProcess<typeof AnyProcess>('any-process.cjs');
  if ((await exports.runAnyProcess(args)) === 0) keep(args);
}

void main(process.argv.slice(2));
