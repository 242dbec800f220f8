import type { Readable } from 'node:stream';
import { type Facts, InvalidParameterError } from '@dataset-items/query-pipeline';
import { expandPaths } from './expand.js';
import { fileSource } from './file.js';
import type { ReadOptions } from './options.js';
import { joinSources, type StoredSource, undividedBy } from './source.js';
import { streamSource } from './stream.js';

export interface InputOptions extends ReadOptions {
  /** The stream for the name `-`. */
  readonly standardInput?: Readable | undefined;
}

/**
 * Items of files, directories and patterns, one after the other, as one source. Their formats may differ.
 * @throws UnreadableSourceError, InvalidParameterError
 */
export async function openInputs(
  patterns: readonly string[],
  { standardInput, ...options }: InputOptions = {},
): Promise<StoredSource> {
  const paths = await expandPaths(patterns, options);
  if (paths.filter((path) => path === '-').length > 1) throw new InvalidParameterError('file', '-', 'standard input once');
  if (options.follow && paths.length > 1) throw new InvalidParameterError('follow', paths.join(', '), 'one file');
  const sources: StoredSource[] = [];
  for (const path of paths) {
    const stream = path === '-' ? standardInput : undefined;
    sources.push(stream === undefined ? await fileSource(path, options) : streamSource(stream, standardFacts, options));
  }
  const [first, ...rest] = sources;
  return first !== undefined && rest.length === 0
    ? first
    : joinSources(factsOfInputs(sources), sources, dividedAs(sources, options));
}

/** The files of all sources, or why one of these has none. */
function dividedAs(sources: readonly StoredSource[], options: ReadOptions): Pick<StoredSource, 'files' | 'undivided'> {
  const undivided = sources.map(undividedBy).find((reason) => reason !== undefined);
  if (undivided !== undefined) return { undivided };
  const all = sources.flatMap(({ files }) => files ?? []);
  const size = all.reduce((sum, files) => sum + files.size, 0);
  return { files: { paths: all.flatMap(({ paths }) => paths), options, size } };
}

/** The facts of several inputs together; those of a single one are its own. */
export function factsOfInputs(sources: readonly Pick<StoredSource, 'facts'>[]): Facts {
  const [first, ...rest] = sources;
  if (first !== undefined && rest.length === 0) return first.facts;
  const latest = Math.max(...sources.map(({ facts }) => facts.modifiedAt?.getTime() ?? 0));
  return { id: 'items', name: 'items', modifiedAt: latest > 0 ? new Date(latest) : undefined };
}

const standardFacts = { id: 'stdin', name: 'standard input', modifiedAt: undefined };
