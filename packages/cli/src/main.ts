import { join } from 'node:path';
import type * as AnyProcess from './any-process.js';
import type * as ExportProcess from './export-process.js';
import { type LoadedFile, loadKept } from './kept-code.js';

/** An export is in a file of its own, because V8 takes time for all code of a file, whether it runs or not. */
async function main(args: readonly string[]): Promise<void> {
  if (args[0] === 'export') {
    const file = load<typeof ExportProcess>('export-process.cjs');
    const status = await file.exports.runExportProcess(args.slice(1));
    if (status === 0) file.exports.keepCompiled(file, args);
    if (status !== undefined) return;
  }
  const file = load<typeof AnyProcess>('any-process.cjs');
  if ((await file.exports.runAnyProcess(args)) === 0) file.exports.keepCompiled(file, args);
}

function load<T extends Pick<typeof AnyProcess, 'useKeptKernel'>>(name: string): LoadedFile<T> {
  const file = loadKept<T>(join(__dirname, name));
  file.exports.useKeptKernel(join(__dirname, 'kernel.wasm'));
  return file;
}

void main(process.argv.slice(2));
