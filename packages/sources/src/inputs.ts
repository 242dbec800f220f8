import type { Readable } from 'node:stream';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { expandPaths } from './expand.js';
import { fileSource } from './file.js';
import type { ReadOptions } from './options.js';
import { joinSources, type StoredSource } from './source.js';
import { streamSource } from './stream.js';

export interface InputOptions extends ReadOptions {
  /** What `-` stands for. */
  readonly standardInput?: Readable | undefined;
}

/**
 * Items of all files, directories and patterns, one after the other, as one source; kinds may be mixed.
 * @throws UnreadableSourceError, InvalidParameterError
 */
export async function openInputs(
  patterns: readonly string[],
  { standardInput, ...options }: InputOptions = {},
): Promise<StoredSource> {
  const paths = await expandPaths(patterns);
  if (paths.filter((path) => path === '-').length > 1) throw new InvalidParameterError('file', '-', 'standard input once');
  const sources: StoredSource[] = [];
  for (const path of paths) {
    const stream = path === '-' ? standardInput : undefined;
    sources.push(stream === undefined ? await fileSource(path, options) : streamSource(stream, standardFacts, options));
  }
  const [first, ...rest] = sources;
  if (first !== undefined && rest.length === 0) return first;
  const latest = Math.max(...sources.map(({ facts }) => facts.modifiedAt?.getTime() ?? 0));
  return joinSources({ id: 'items', name: 'items', modifiedAt: latest > 0 ? new Date(latest) : undefined }, sources);
}

const standardFacts = { id: 'stdin', name: 'standard input', modifiedAt: undefined };
