import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Milliseconds without a further change after which a changed file is read: editors write in several steps. */
const QUIET = 50;

/** Calls `onChange` after a file changed or was replaced. @returns a function that stops watching */
export function watchFile(file: string, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(file), { persistent: false }, (_, name) => {
    if (name !== null && name !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET);
    timer.unref();
  });
  // The folder was removed: the configuration that was read last stays in use.
  watcher.on('error', () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
