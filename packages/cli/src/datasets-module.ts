import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { OpenDataset, RangedDataset } from '@dataset-items/parts';
import { InvalidParameterError, UnreadableSourceError } from '@dataset-items/query-pipeline';

type Opened = RangedDataset | string | readonly string[] | undefined;

/**
 * The function `open` of a module, which decides what the names of data sets stand for: files by their paths, or a data set.
 * @throws UnreadableSourceError, InvalidParameterError
 */
export async function loadDatasets(
  path: string,
  openFiles: (files: readonly string[]) => Promise<RangedDataset>,
): Promise<OpenDataset> {
  const module = await import(pathToFileURL(resolve(path)).href).catch((cause: Error) => {
    throw new UnreadableSourceError(path, `cannot be loaded: ${cause.message}`, { cause });
  });
  const { open } = module as { readonly open?: unknown };
  if (typeof open !== 'function') throw new InvalidParameterError('datasets', path, 'a module that exports a function `open`');
  return async (name) => {
    const opened: Opened = await open(name);
    if (opened === undefined) throw new UnreadableSourceError(name, 'Dataset was not found', { missing: true });
    if (typeof opened === 'string') return openFiles([opened]);
    if (isFiles(opened)) return openFiles(opened);
    return opened;
  };
}

function isFiles(opened: RangedDataset | readonly string[]): opened is readonly string[] {
  return Array.isArray(opened);
}
