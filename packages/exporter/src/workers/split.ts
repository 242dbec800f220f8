import { stat } from 'node:fs/promises';
import { type Format, formats } from '@dataset-items/serializers';
import { type FilesRange, type ReadOptions, rangedFiles, type SourceFiles, undividedBy } from '@dataset-items/sources';
import type { Order } from '../lanes/lane.js';
import { type Way, wayOf } from '../ranges/way.js';
import { wholeOptions } from '../ranges/whole.js';

/** An export that threads can do. */
export interface Split {
  readonly way: Way;
  readonly files: SourceFiles;
  /** In the order of reading. */
  readonly ranges: readonly FilesRange[];
  /** Items must be counted first, to find those of the window. */
  readonly isCounted: boolean;
}

/** Bytes of input in a range. A smaller one costs more to begin, a larger one needs more memory until its turn comes. */
const RANGE_BYTES = 16 * 1024 * 1024;

/** Splits an export into ranges of its files. @returns why it cannot be split, as it follows "it": `reads standard input` */
export async function splitExport({ source, window, format, request, settings }: Order): Promise<Split | string> {
  const name = wholeOptions.find((option) => settings[option] !== undefined);
  if (name !== undefined) return `has the option ${name}, which needs all records in one thread`;
  if (!isOwn(format, request.format)) return `writes ${request.format}, which is not a format of the library`;
  const { files } = source;
  if (files === undefined) return undividedBy(source) ?? 'has no files';
  const { onBytes, until, inputs = {}, ...reading } = files.options as ReadOptions;
  if (Object.keys(inputs).length > 0) return 'may read inputs that are not formats of the library';
  const options = { ...reading, inputs: undefined };
  const { ranges } = await rangedFiles(files.paths, options);
  const stored = await ranges(settings.rangeBytes ?? RANGE_BYTES);
  const [only = [], ...others] = stored;
  // An empty file has no lines to cut at, but does not keep others from it.
  const cannotBeCut = only.length === files.paths.length && only.every(({ bytes }) => bytes === undefined);
  if (files.size > 0 && others.length === 0 && cannotBeCut) {
    return `reads ${await firstWithBytes(files)}, and only JSON Lines that are not compressed can be cut`;
  }
  return {
    way: wayOf(format, request.format, request.options),
    files: { ...files, options },
    ranges: window.desc ? stored.toReversed() : stored,
    isCounted: window.offset > 0 || window.limit < Number.POSITIVE_INFINITY,
  };
}

async function firstWithBytes({ paths }: SourceFiles): Promise<string | undefined> {
  for (const path of paths) if ((await stat(path)).size > 0) return path;
  return paths[0];
}

/** The threads have only the formats of the library. */
function isOwn(format: Format, name: string): boolean {
  return Object.hasOwn(formats, name) && (formats as Readonly<Record<string, Format>>)[name] === format;
}
