import { writeFile } from 'node:fs/promises';
import { basename, extname } from 'node:path';
import { type ExportRequest, exportItems, exportParameters, parseRequest, type Report } from '@dataset-items/exporter';
import { InvalidParameterError, parseParameters } from '@dataset-items/query-pipeline';
import { type FormatName, formatNames, formatParameters, formats, tableParameters } from '@dataset-items/serializers';
import { inputParameters, openInputs } from '@dataset-items/sources';
import { Command } from 'commander';
import { addParameterFlags, joinParameters, type Parameters, textsOf } from './flags.js';
import { type Compression, compress, compressionOf } from './output/compress.js';
import { findTarget, type Target, writeToFile } from './output/file.js';
import { writeToStream } from './output/stream.js';
import { unwritable } from './output/unwritable.js';
import { showProgress } from './progress.js';
import { loadViews } from './schema.js';
import { untilSignalled } from './signals.js';
import { paint, tell } from './terminal.js';
import { unknownWords, warningsOf } from './words.js';

export const exportExamples = `
Examples:
  dataset-items export items.jsonl --format csv > items.csv
  dataset-items export items.jsonl --unwind reviews --fields name,rating -o reviews.csv
  dataset-items export items.json --query 'flatten=price&clean=1&format=csv' -o items.csv
  dataset-items export items.jsonl --desc --limit 10
  cat items.jsonl | dataset-items export --format json - > items.json

Input is told apart by what it holds: JSON Lines, JSON (an array of objects, or one object), CSV, XLSX, gzip or brotli of these, or
a directory of one JSON file an item.
Exit status: 0 done, 64 refused parameter, 65 input that is not items, 66 unreadable file, 74 unwritable output, 130 interrupted.`;

interface ExportFlags extends Record<string, unknown> {
  readonly query?: string;
  readonly output?: string;
  readonly force?: true;
  readonly schema?: string;
  readonly report?: string;
  readonly quiet?: true;
  readonly temporaryDirectory?: string;
}

export function exportCommand(): Command {
  const command = new Command('export')
    .summary('write items in another format')
    .description('Writes the items of FILEs, or of standard input, in the format asked for.')
    .argument('[FILE...]', 'files, directories or patterns of items, read one after the other; - or none: standard input')
    .option('--query <query>', "parameters as the API takes them: 'unwind=a&format=csv'")
    .option(
      '-o, --output <file>',
      'write to this file; the format follows its extension unless given, .gz or .br after it compresses',
    )
    .option('--force', 'write over a file that is there already')
    .option('--schema <path>', 'dataset schema, or .actor folder, that has the views of --view')
    .option('--report <file>', 'write what happened as JSON to this file')
    .option('-q, --quiet', 'no progress and no warnings')
    .option('--temporary-directory <directory>', 'where rows are kept while columns are not known yet');
  const { format, ...others } = exportParameters;
  const shaping = Object.fromEntries(
    Object.entries(others).filter(([name]) => !Object.hasOwn(formatParameters, name) && !Object.hasOwn(tableParameters, name)),
  );
  addParameterFlags(command, 'Input:', inputParameters);
  addParameterFlags(command, 'Items:', shaping);
  addParameterFlags(command, 'Format:', { format, ...formatParameters, ...tableParameters });
  return command
    .addHelpText('after', exportExamples)
    .action((files: string[], flags: ExportFlags) => untilSignalled((signal) => runExport(files, flags, signal)));
}

async function runExport(files: readonly string[], flags: ExportFlags, signal: AbortSignal): Promise<void> {
  const { output, temporaryDirectory, quiet = false } = flags;
  const query = new URLSearchParams(flags.query);
  const parameters = joinParameters(query, textsOf(exportParameters as Parameters, flags));
  const named = output === undefined ? undefined : nameParts(output);
  if (named !== undefined && !parameters.some(([name, text]) => name === 'format' && text !== '')) {
    parameters.push(['format', formatOfFile(output as string, named.extension)]);
  }
  const views = flags.schema === undefined ? undefined : await loadViews(flags.schema);
  const request = parseRequest(parameters, { views, local: true });
  const input = parseParameters(inputParameters, textsOf(inputParameters as Parameters, flags), { local: true });
  const destination =
    output === undefined
      ? toStandardOutput(request, signal)
      : toFile(await findTarget(output, flags.force ?? false), named?.compression);

  const progress = showProgress(!quiet && (output !== undefined || !process.stdout.isTTY));
  const started = performance.now();
  try {
    const { onBytes, onItems } = progress;
    const reading = { ...input, temporaryDirectory, onBytes };
    const source = await openInputs(inputsOf(files), { ...reading, standardInput: process.stdin });
    progress.expect(source.size);
    const settings = { views, signal, local: true, withoutColumns: 'write', temporaryDirectory, onItems } as const;
    const { bytes, report } = await exportItems(source, parameters, settings);
    await destination(bytes);
    progress.stop();
    const warnings = [
      ...unknownWords(query),
      ...warningsOf(await report, { maxColumns: 2000, maxNameLength: 200, ...request.options }),
    ];
    if (!quiet) for (const warning of warnings) tell(`${paint.yellow('warning:')} ${warning}`);
    if (flags.report !== undefined) {
      const milliseconds = Math.round(performance.now() - started);
      await writeReport(flags.report, {
        files: inputsOf(files),
        output,
        format: request.format,
        milliseconds,
        ...(await report),
        warnings,
      });
    }
  } finally {
    progress.stop();
  }
}

type Destination = (bytes: AsyncIterable<Uint8Array>) => Promise<void>;

function toStandardOutput({ format }: ExportRequest, signal: AbortSignal): Destination {
  if (format === 'xlsx' && process.stdout.isTTY) {
    throw new InvalidParameterError('format', format, '-o FILE or a pipe beside it: a terminal cannot show a workbook');
  }
  return (bytes) => writeToStream(bytes, process.stdout, 'standard output', signal);
}

function toFile(target: Target, compression: Compression | undefined): Destination {
  return (bytes) => writeToFile(compression === undefined ? bytes : compress(bytes, compression), target);
}

export function inputsOf(files: readonly string[]): readonly string[] {
  if (files.length > 0 && !files.includes('-')) return files;
  if (process.stdin.isTTY) tell('reading items from the terminal; end them with Ctrl-D');
  return files.length === 0 ? ['-'] : files;
}

/** `csv` and `gz` of `items.csv.gz`. */
function nameParts(path: string): { extension: string; compression: Compression | undefined } {
  const last = extname(path).slice(1).toLowerCase();
  const compression = compressionOf(last);
  const inner = compression === undefined ? path : basename(path, extname(path));
  return { extension: extname(inner).slice(1).toLowerCase(), compression };
}

function formatOfFile(path: string, extension: string): FormatName {
  const found = formatNames.find((name) => {
    const { otherExtensions = [], extension: own } = formats[name];
    return own === extension || otherExtensions.includes(extension);
  });
  if (found === undefined) {
    throw new InvalidParameterError('output', path, `an extension of a format (${formatNames.join(', ')}), or --format`);
  }
  return found;
}

interface WrittenReport extends Report {
  readonly files: readonly string[];
  readonly output: string | undefined;
  readonly format: FormatName;
  readonly milliseconds: number;
  readonly warnings: readonly string[];
}

async function writeReport(path: string, report: WrittenReport): Promise<void> {
  await writeFile(path, `${JSON.stringify(report, null, 2)}\n`).catch((error: Error) => {
    throw unwritable(path, error);
  });
}
