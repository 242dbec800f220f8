import { inspectItems } from '@dataset-items/exporter';
import { parseParameters } from '@dataset-items/query-pipeline';
import { inputParameters, openInputs, toWindow, windowParameters } from '@dataset-items/sources';
import { Command } from 'commander';
import { inputsOf } from './export-command.js';
import { addParameterFlags, type Parameters, textsOf } from './flags.js';
import { inspectionText } from './inspect-text.js';
import { writeToStream } from './output/stream.js';
import { showProgress } from './progress.js';
import { untilSignalled } from './signals.js';

const parameters = { ...inputParameters, ...windowParameters };

interface InspectFlags extends Record<string, unknown> {
  readonly json?: true;
  readonly quiet?: true;
  readonly temporaryDirectory?: string;
}

export function inspectCommand(): Command {
  const command = new Command('inspect')
    .summary('tell what is in there')
    .description('Tells what items hold: their fields with types, and what --unwind and --flatten would give.')
    .argument('[FILE...]', 'files, directories or patterns of items; - or none: standard input')
    .option('--json', 'as JSON')
    .option('-q, --quiet', 'no progress')
    .option('--temporary-directory <directory>', 'where a temporary file may be kept');
  addParameterFlags(command, 'Input:', inputParameters);
  addParameterFlags(command, 'Items:', windowParameters);
  return command
    .addHelpText(
      'after',
      '\nExamples:\n  dataset-items inspect items.jsonl\n  dataset-items inspect items.csv --limit 1000 --json',
    )
    .action((files: string[], flags: InspectFlags) => untilSignalled((signal) => runInspect(files, flags, signal)));
}

async function runInspect(files: readonly string[], flags: InspectFlags, signal: AbortSignal): Promise<void> {
  const given = parseParameters(parameters, textsOf(parameters as Parameters, flags), { local: true });
  const progress = showProgress(!flags.quiet);
  try {
    const { temporaryDirectory } = flags;
    const { onBytes, onItems } = progress;
    const source = await openInputs(inputsOf(files), { ...given, temporaryDirectory, onBytes, standardInput: process.stdin });
    progress.expect(source.size);
    const inspection = await inspectItems(source, { window: toWindow(given), signal, onItems });
    progress.stop();
    const text = flags.json ? `${JSON.stringify(inspection, null, 2)}\n` : inspectionText(inspection, source.facts.name);
    await writeToStream(one(Buffer.from(text)), process.stdout, 'standard output', signal);
  } finally {
    progress.stop();
  }
}

async function* one(bytes: Uint8Array): AsyncGenerator<Uint8Array> {
  yield bytes;
}
