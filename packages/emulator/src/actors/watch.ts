import { watch } from 'node:fs';
import { basename, dirname } from 'node:path';

/** Milliseconds of quiet before a file that changes is read: editors write in several steps. */
const QUIET = 50;

/** Calls back after a file changed, also where it is replaced by another of its name. Gives the way to stop. */
export function watchFile(file: string, onChange: () => void): () => void {
  let timer: NodeJS.Timeout | undefined;
  const watcher = watch(dirname(file), { persistent: false }, (_, name) => {
    if (name !== null && name !== basename(file)) return;
    clearTimeout(timer);
    timer = setTimeout(onChange, QUIET);
    timer.unref();
  });
  // A folder that goes away takes its file along: what was read last holds.
  watcher.on('error', () => watcher.close());
  return () => {
    clearTimeout(timer);
    watcher.close();
  };
}
