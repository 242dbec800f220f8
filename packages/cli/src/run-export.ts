import { basename, extname } from 'node:path';
import type { Readable } from 'node:stream';
import { type ExportRequest, exportItems, exportParameters, parseRequest, type Report } from '@dataset-items/exporter';
import { InvalidParameterError, parseParameters, wholeNumber } from '@dataset-items/query-pipeline';
import { type Formats, parametersOf, tableParameters } from '@dataset-items/serializers';
import { openInputs } from '@dataset-items/sources';
import { commandDefaults, joinParameters, type OwnParameters, type Parameters, textsOf } from './flags.js';
import { type Compression, compress, compressionOf } from './output/compress.js';
import { findTarget, type Target, writeToFile } from './output/file.js';
import { writeToStandardOutput } from './output/standard.js';
import { oneChunk } from './output/stream.js';
import type { Plugin } from './plugin.js';
import { showProgress } from './progress.js';
import { readingOf } from './reading.js';
import { loadViews } from './schema.js';
import { isOutputTerminal, notify, paint } from './terminal.js';
import { unknownWords, warningsOf } from './words.js';

export interface ExportFlags extends Record<string, unknown> {
  readonly query?: string;
  readonly output?: string;
  readonly force?: true;
  readonly schema?: string;
  readonly report?: string;
  readonly quiet?: true;
  readonly follow?: true;
  readonly temporaryDirectory?: string;
  readonly workers?: string;
}

export interface Loaded {
  readonly plugin: Plugin;
  /** Its parameters that have a flag. */
  readonly own: OwnParameters;
}

interface Running extends Loaded {
  readonly signal: AbortSignal;
  /** Ends `--follow`. */
  readonly until: AbortSignal | undefined;
}

/** Bytes of rows that wait in memory. To write more into the temporary file takes less time than to fill new memory (docs/performance.md#memory). */
const SPOOL_BUDGET = 1024 * 1024;
/**
 * With more and smaller chunks, V8 begins to compile what hands them on, which takes more time than it saves (docs/performance.md#compiling).
 * Rows of most texts that a blocking read gives fit in one chunk.
 */
const CHUNK_BYTES = 1280 * 1024;

const ownParameters = { workers: wholeNumber('Threads', { most: 64, local: true }) } as const;

/** Writes the items of files in another format. */
export async function runExport(
  files: readonly string[],
  flags: ExportFlags,
  { plugin, own, signal, until }: Running,
): Promise<void> {
  const { output, temporaryDirectory, quiet = false } = flags;
  const { formats } = plugin.shaped;
  const query = new URLSearchParams(flags.query);
  const parameters = joinParameters(query, textsOf({ ...(exportParameters as Parameters), ...own.formats }, flags));
  const named = output === undefined ? undefined : nameParts(output);
  if (named !== undefined && !parameters.some(([name, text]) => name === 'format' && text !== '')) {
    parameters.push(['format', formatOfFile(output as string, named.extension, formats)]);
  }
  const views = flags.schema === undefined ? undefined : await loadViews(flags.schema);
  const defaults = commandDefaults({ ...parametersOf(formats), ...tableParameters });
  const request = parseRequest(parameters, { views, local: true, defaults, formats });
  const input = readingOf(flags, plugin, own.inputs);
  const destination =
    output === undefined
      ? toStandardOutput(request, formats, signal)
      : toFile(await findTarget(output, flags.force ?? false), named?.compression, signal);

  const { workers = 'auto' } = parseParameters(ownParameters, textsOf(ownParameters, flags), { local: true });
  let threads: WrittenReport['workers'];
  const progress = showProgress(!quiet && (output !== undefined || !isOutputTerminal()));
  const started = process.uptime();
  try {
    const { onBytes, onItems } = progress;
    const reading = { ...input, temporaryDirectory, onBytes, until, blocking: true };
    const source = await openInputs(inputsOf(files), { ...reading, standardInput: standardInputOf(files) });
    progress.expect(source.size);
    // All outputs except the compressor have written a chunk before they request the next one.
    const reusesChunks = named?.compression === undefined;
    const settings = {
      ...plugin.shaped,
      signal,
      withoutColumns: 'write',
      temporaryDirectory,
      onItems,
      reusesChunks,
      chunkBytes: CHUNK_BYTES,
      blocking: true,
      spoolBudget: SPOOL_BUDGET,
      workers,
      onWorkers: (count: number, reason?: string) => {
        threads = { count, reason };
      },
    } as const;
    const { bytes, report } = await exportItems(source, request, settings);
    try {
      await destination(bytes);
    } catch (error) {
      // Bytes of which nothing was asked for, because the output cannot be opened, would keep their threads.
      await bytes.return?.(undefined);
      throw error;
    }
    progress.stop();
    const warnings = [
      ...unknownWords(query, parametersOf(formats)),
      ...warningsOf(await report, { maxColumns: 2000, maxNameLength: 200, ...request.options }),
    ];
    if (!quiet) for (const warning of warnings) notify(`${paint.yellow('warning:')} ${warning}`);
    if (flags.report !== undefined) {
      const milliseconds = Math.round((process.uptime() - started) * 1000);
      await writeReport(
        flags.report,
        {
          files: inputsOf(files),
          output,
          format: request.format,
          milliseconds,
          workers: threads,
          ...(await report),
          warnings,
        },
        signal,
      );
    }
  } finally {
    progress.stop();
  }
}

type Destination = (bytes: AsyncIterable<Uint8Array>) => Promise<void>;

function toStandardOutput({ format }: ExportRequest, known: Formats, signal: AbortSignal): Destination {
  if (known[format]?.binary && isOutputTerminal()) {
    throw new InvalidParameterError(
      'format',
      format,
      'an output file (-o) or a pipe, because a terminal cannot show this format',
    );
  }
  return (bytes) => writeToStandardOutput(bytes, signal);
}

function toFile(target: Target, compression: Compression | undefined, signal: AbortSignal): Destination {
  return (bytes) => writeToFile(compression === undefined ? bytes : compress(bytes, compression), target, signal);
}

export function inputsOf(files: readonly string[]): readonly string[] {
  if (files.length > 0 && !files.includes('-')) return files;
  if (process.stdin.isTTY) notify('reading items from the terminal; press Ctrl-D at the end');
  return files.length === 0 ? ['-'] : files;
}

/** Standard input, if it is to be read. */
export function standardInputOf(files: readonly string[]): Readable | undefined {
  return files.length === 0 || files.includes('-') ? process.stdin : undefined;
}

/** `csv` and `gz` of `items.csv.gz`. */
function nameParts(path: string): { extension: string; compression: Compression | undefined } {
  const last = extname(path).slice(1).toLowerCase();
  const compression = compressionOf(last);
  const inner = compression === undefined ? path : basename(path, extname(path));
  return { extension: extname(inner).slice(1).toLowerCase(), compression };
}

function formatOfFile(path: string, extension: string, known: Formats): string {
  const found = Object.entries(known).find(([, { otherExtensions = [], extension: own }]) => {
    return own === extension || otherExtensions.includes(extension);
  });
  if (found === undefined) {
    const names = Object.keys(known).join(', ');
    throw new InvalidParameterError('output', path, `an extension of a format (${names}), or --format`);
  }
  return found[0];
}

interface WrittenReport extends Report {
  readonly files: readonly string[];
  readonly output: string | undefined;
  readonly format: string;
  readonly milliseconds: number;
  /** Threads of the export, and if there are none, the reason. Absent if `--workers 0` was given. */
  readonly workers: { readonly count: number; readonly reason: string | undefined } | undefined;
  readonly warnings: readonly string[];
}

async function writeReport(path: string, report: WrittenReport, signal: AbortSignal): Promise<void> {
  await writeToFile(oneChunk(`${JSON.stringify(report, null, 2)}\n`), await findTarget(path, true), signal);
}
