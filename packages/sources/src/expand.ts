import { access } from 'node:fs/promises';
import { isAbsolute } from 'node:path';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { compareNaturally } from './natural.js';

/**
 * Paths that file names and glob patterns stand for, in the order given; within a pattern in natural order (`page-9` before `page-10`).
 * What exists under the very name is taken before a pattern; `-` stays as it is. A pattern stands for files, not for directories.
 * @throws UnreadableSourceError for a pattern that matches nothing
 */
export async function expandPaths(patterns: readonly string[]): Promise<string[]> {
  return (await Promise.all(patterns.map(expandPath))).flat();
}

async function expandPath(pattern: string): Promise<string[]> {
  if (pattern === '-' || (await exists(pattern))) return [pattern];
  const { glob, isDynamicPattern } = await import('tinyglobby');
  const portable = process.platform === 'win32' ? pattern.replaceAll('\\', '/') : pattern;
  // A plain name that is not there is told of by whoever opens it.
  if (!isDynamicPattern(portable)) return [pattern];
  const paths = await glob(portable, { onlyFiles: true, expandDirectories: false, absolute: isAbsolute(pattern) });
  if (paths.length === 0) throw new UnreadableSourceError(pattern, 'no file matches this pattern', { missing: true });
  return paths.sort(compareNaturally);
}

async function exists(path: string): Promise<boolean> {
  return access(path).then(
    () => true,
    () => false,
  );
}
