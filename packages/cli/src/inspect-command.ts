import { inspectItems } from '@dataset-items/exporter';
import { parseParameters, type Registry } from '@dataset-items/query-pipeline';
import { openInputs, toWindow, windowParameters } from '@dataset-items/sources';
import { Command } from 'commander';
import { type Parameters, textsOf } from './flags.js';
import { inspectionText } from './inspect-text.js';
import { writeToStandardOutput } from './output/standard.js';
import { oneChunk } from './output/stream.js';
import { addOwnFlags, addParameterFlags } from './parameter-flags.js';
import { type Plugin, withPlugin } from './plugin.js';
import { showProgress } from './progress.js';
import { readingOf, readingParametersOf } from './reading.js';
import { inputsOf, standardInputOf } from './run-export.js';
import { untilSignalled } from './signals.js';

interface InspectFlags extends Record<string, unknown> {
  readonly json?: true;
  readonly quiet?: true;
  readonly follow?: true;
  readonly temporaryDirectory?: string;
}

/** @param args the arguments after `inspect`, which may name a plugin */
export function inspectCommand(args: readonly string[]): Promise<Command> {
  return withPlugin(inspectCommandWith, args);
}

function inspectCommandWith(plugin: Plugin): Command {
  const command = new Command('inspect')
    .summary('show the fields of items')
    .description('Shows the fields of items with their types, and what --unwind and --flatten would give.')
    .argument('[FILE...]', 'files, directories or patterns; - or nothing: standard input')
    .option('--json', 'print JSON')
    .option('--plugin <module>', 'JavaScript file (.mjs) or package with inputs; its code is run')
    .option('-q, --quiet', 'no progress')
    .option('--temporary-directory <directory>', 'directory for temporary files');
  addParameterFlags(command, 'Input:', readingParametersOf(plugin));
  addParameterFlags(command, 'Items:', windowParameters);
  const own = addOwnFlags(command, { formats: {}, inputs: plugin.parameters.inputs });
  return command
    .addHelpText(
      'after',
      '\nExamples:\n  dataset-items inspect items.jsonl\n  dataset-items inspect items.csv --limit 1000 --json',
    )
    .action((files: string[], flags: InspectFlags) => {
      const until = flags.follow ? new AbortController() : undefined;
      return untilSignalled(
        (signal) => runInspect(files, flags, { plugin, own: own.inputs, signal, until: until?.signal }),
        until,
      );
    });
}

interface Loaded {
  readonly plugin: Plugin;
  /** Parameters of its inputs that have a flag. */
  readonly own: Registry;
  readonly signal: AbortSignal;
  /** Ends `--follow`. */
  readonly until: AbortSignal | undefined;
}

async function runInspect(files: readonly string[], flags: InspectFlags, { plugin, own, signal, until }: Loaded): Promise<void> {
  const window = toWindow(parseParameters(windowParameters, textsOf(windowParameters as Parameters, flags)));
  const reading = readingOf(flags, plugin, own);
  const progress = showProgress(!flags.quiet);
  try {
    const { temporaryDirectory } = flags;
    const { onBytes, onItems } = progress;
    const source = await openInputs(inputsOf(files), {
      ...reading,
      blocking: true,
      temporaryDirectory,
      onBytes,
      until,
      standardInput: standardInputOf(files),
    });
    progress.expect(source.size);
    const inspection = await inspectItems(source, { window, signal, onItems });
    progress.stop();
    const text = flags.json ? `${JSON.stringify(inspection, null, 2)}\n` : inspectionText(inspection, source.facts.name);
    await writeToStandardOutput(oneChunk(text), signal);
  } finally {
    progress.stop();
  }
}
