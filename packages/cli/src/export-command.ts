import { extname } from 'node:path';
import { exportItems, exportParameters } from '@dataset-items/exporter';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { type FormatName, formatNames, formats } from '@dataset-items/serializers';
import { fileSource, joinSources, type ReadOptions, type Source, streamSource } from '@dataset-items/sources';
import { Command } from 'commander';
import { InterruptedError, signalExits } from './exit.js';
import { addParameterFlags, readParameters } from './flags.js';
import { refuseToOverwrite, writeToFile, writeToStream } from './output.js';
import { warningsOf } from './words.js';

const examples = `
Examples:
  dataset-items export items.jsonl --format csv > items.csv
  dataset-items export items.jsonl --unwind reviews --fields name,rating -o reviews.csv
  dataset-items export items.json --query 'flatten=price&clean=1&format=csv' -o items.csv
  dataset-items export items.jsonl --desc --limit 10
  cat items.jsonl | dataset-items export --format json - > items.json

Items are read as JSON Lines or JSON (an array of objects, or one object), told apart by what the file holds.
Exit status: 0 done, 64 refused parameter, 65 input that is not items, 66 unreadable file, 74 unwritable output, 130 interrupted.`;

interface ExportFlags extends Record<string, unknown> {
  readonly query?: string;
  readonly output?: string;
  readonly force?: true;
  readonly maxDepth?: string;
  readonly temporaryDirectory?: string;
}

export function exportCommand(): Command {
  const command = new Command('export')
    .summary('write items in another format')
    .description('Writes the items of FILEs, or of standard input, in the format asked for.')
    .argument('[FILE...]', 'files of items, read one after the other; - or none: standard input')
    .option('--query <query>', "parameters as the API takes them: 'unwind=a&format=csv'")
    .option('-o, --output <file>', 'write to this file; the format follows its extension unless given')
    .option('--force', 'write over a file that is there already')
    .option('--max-depth <n>', 'levels of nesting an item may have [default: 1000]')
    .option('--temporary-directory <directory>', 'where rows are kept while columns are not known yet');
  return addParameterFlags(command)
    .addHelpText('after', examples)
    .action((files: string[], flags: ExportFlags) => runExport(files, flags));
}

async function runExport(files: readonly string[], flags: ExportFlags): Promise<void> {
  const { output, temporaryDirectory } = flags;
  const parameters = readParameters(flags.query, flags);
  if (output !== undefined && !parameters.some(([name, text]) => name === 'format' && text !== '')) {
    parameters.push(['format', formatOfFile(output)]);
  }
  if (output !== undefined && !flags.force) await refuseToOverwrite(output);
  const readOptions = { temporaryDirectory, maxDepth: readMaxDepth(flags.maxDepth) };
  const source = await openSources(files.length === 0 ? ['-'] : files, readOptions);

  const { signal, release } = abortOnSignals();
  try {
    const settings = { signal, local: true, withoutColumns: 'write', temporaryDirectory } as const;
    const { bytes, report } = await exportItems(source, parameters, settings);
    if (output === undefined) await writeToStream(bytes, process.stdout, 'standard output');
    else await writeToFile(bytes, output);
    for (const warning of warningsOf(await report)) process.stderr.write(`dataset-items: ${warning}\n`);
  } finally {
    release();
  }
}

function formatOfFile(path: string): FormatName {
  const extension = extname(path).slice(1).toLowerCase();
  const found = formatNames.find((name) => {
    const { otherExtensions = [], extension: own } = formats[name];
    return own === extension || otherExtensions.includes(extension);
  });
  if (found === undefined) {
    throw new InvalidParameterError('output', path, `an extension of a format (${formatNames.join(', ')}), or --format`);
  }
  return found;
}

function readMaxDepth(text: string | undefined): number | undefined {
  return text === undefined ? undefined : exportParameters.limit.parse(text, 'max-depth');
}

async function openSources(files: readonly string[], options: ReadOptions): Promise<Source> {
  const sources = await Promise.all(files.map((file) => (file === '-' ? standardInput(options) : fileSource(file, options))));
  const [first, ...rest] = sources;
  if (first !== undefined && rest.length === 0) return first;
  const latest = Math.max(...sources.map(({ facts }) => facts.modifiedAt?.getTime() ?? 0));
  return joinSources({ id: 'items', name: 'items', modifiedAt: latest > 0 ? new Date(latest) : undefined }, sources);
}

function standardInput(options: ReadOptions) {
  if (process.stdin.isTTY) process.stderr.write('dataset-items: reading items from the terminal; end them with Ctrl-D\n');
  return streamSource(process.stdin, { id: 'stdin', name: 'standard input', modifiedAt: undefined }, options);
}

/** Stops what runs, so that everything that was opened is closed and removed. */
function abortOnSignals(): { signal: AbortSignal; release: () => void } {
  const controller = new AbortController();
  const names = Object.keys(signalExits) as (keyof typeof signalExits)[];
  const handlers = names.map((name) => [name, () => controller.abort(new InterruptedError(name))] as const);
  for (const [name, stop] of handlers) process.once(name, stop);
  return {
    signal: controller.signal,
    release: () => {
      for (const [name, stop] of handlers) process.removeListener(name, stop);
    },
  };
}
