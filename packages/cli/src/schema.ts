import { readFile, stat } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { readViews, type Views } from '@dataset-items/exporter';
import { isItem, MalformedInputError, UnreadableSourceError, withoutMark } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';

/**
 * Views of a dataset schema: a file, a `.actor` folder, or a folder that contains one. In a folder, `storages.dataset` of `actor.json` is
 * the schema or the path of its file; if it is absent, `dataset_schema.json` is read.
 * @throws UnreadableSourceError, MalformedInputError, InvalidParameterError
 */
export async function loadViews(path: string): Promise<Views> {
  if (!(await isDirectory(path))) return readViews(await readJson(path), path);
  const folder = (await isDirectory(join(path, '.actor'))) ? join(path, '.actor') : path;
  const manifestPath = join(folder, 'actor.json');
  const manifest = (await isThere(manifestPath)) ? await readJson(manifestPath) : {};
  const storages = isItem(manifest) ? manifest.storages : undefined;
  const named = isItem(storages) ? storages.dataset : undefined;
  if (isItem(named)) return readViews(named, manifestPath);
  const schemaPath = typeof named === 'string' ? resolve(dirname(manifestPath), named) : join(folder, 'dataset_schema.json');
  return readViews(await readJson(schemaPath), schemaPath);
}

async function readJson(path: string): Promise<unknown> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    throw new UnreadableSourceError(path, `cannot be read: ${systemReason(error)}`, {
      cause: error,
      missing: error.code === 'ENOENT',
    });
  });
  try {
    return JSON.parse(withoutMark(text));
  } catch (cause) {
    throw new MalformedInputError(path, { line: 1, byte: 0 }, 'not valid JSON', { cause });
  }
}

async function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}

async function isDirectory(path: string): Promise<boolean> {
  return stat(path).then(
    (found) => found.isDirectory(),
    () => false,
  );
}
