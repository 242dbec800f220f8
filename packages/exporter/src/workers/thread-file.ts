import { existsSync } from 'node:fs';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';

const door = '@dataset-items/exporter/worker';

/**
 * The file of the threads: beside this one, where a build or a bundle has put it, else in the installed package.
 * @throws UnreadableSourceError
 */
export function threadFile(): URL {
  // That of the command is another one, of CommonJS.
  const beside = ['./worker.js', './thread.cjs'].map((name) => new URL(name, import.meta.url));
  const found = beside.find((file) => existsSync(file));
  if (found !== undefined) return found;
  try {
    return pathToFileURL(
      process
        .getBuiltinModule('node:module')
        .createRequire(import.meta.url)
        .resolve(door),
    );
  } catch (cause) {
    const reason = `the file of worker threads is missing: a bundle needs ${door} bundled beside it as worker.js`;
    throw new UnreadableSourceError(fileURLToPath(beside[0] as URL), reason, { cause });
  }
}
