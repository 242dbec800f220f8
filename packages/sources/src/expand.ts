import { isAbsolute } from 'node:path';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { statFile } from '@dataset-items/temporary-file';
import { compareNaturally } from './natural.js';
import type { ReadOptions } from './options.js';

/**
 * The paths for file names and glob patterns, in the order given; those of a pattern in natural order (`page-9` before `page-10`). A
 * name that exists is not read as a pattern; `-` stays as it is. Patterns match files, not directories.
 * @throws UnreadableSourceError for a pattern that matches nothing
 */
export async function expandPaths(
  patterns: readonly string[],
  { blocking }: Pick<ReadOptions, 'blocking'> = {},
): Promise<string[]> {
  return (await Promise.all(patterns.map((pattern) => expandPath(pattern, blocking)))).flat();
}

async function expandPath(pattern: string, blocking: boolean | undefined): Promise<string[]> {
  if (pattern === '-' || (await exists(pattern, blocking))) return [pattern];
  const { glob, isDynamicPattern } = await import('tinyglobby');
  const portable = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
  // A name that does not exist becomes an error when it is opened.
  if (!isDynamicPattern(portable)) return [pattern];
  const paths = await glob(portable, { onlyFiles: true, expandDirectories: false, absolute: isAbsolute(pattern) });
  if (paths.length === 0) throw new UnreadableSourceError(pattern, 'no file matches this pattern', { missing: true });
  return paths.sort(compareNaturally);
}

async function exists(path: string, blocking: boolean | undefined): Promise<boolean> {
  return statFile(path, blocking).then(
    () => true,
    () => false,
  );
}
