import { serveTasks } from '@dataset-items/exporter';
import { asProcess } from './as-process.js';
import { readPlainly } from './export-flags.js';
import { noPlugin } from './plugin.js';
import { type ExportFlags, type Loaded, runExport } from './run-export.js';
import { untilSignalled } from './signals.js';

/**
 * Runs `export` as this process.
 * @param args the arguments after `export`
 * @returns the exit status; `undefined` if commander has to read the arguments, and nothing was done
 */
export async function runExportProcess(args: readonly string[]): Promise<number | undefined> {
  const plain = readPlainly(args);
  const loaded = { plugin: noPlugin, own: { formats: {}, inputs: {} } };
  return plain && asProcess(() => exportUntilSignalled(plain.files, plain.flags, loaded));
}

export function exportUntilSignalled(files: readonly string[], flags: ExportFlags, loaded: Loaded): Promise<void> {
  const reading = flags.follow ? new AbortController() : undefined;
  return untilSignalled((signal) => runExport(files, flags, { ...loaded, signal, until: reading?.signal }), reading);
}

export { keepCompiled, useKeptKernel } from './keep-compiled.js';
/** For the threads of an export. */
export { serveTasks };
