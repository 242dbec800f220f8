import { rename, rm } from 'node:fs/promises';
import { join } from 'node:path';
import { del, put, type Staged } from '../../store/changes.js';
import type { Database } from '../../store/database.js';
import { jsonKind } from '../../store/kinds.js';
import { newId } from '../identifiers.js';
import { directoriesIn } from './item-files.js';

/** The kind of removed directories, whose keys are their paths below the storage. Files that are left are removed at the next start. */
const removals = jsonKind<null>('crawlee-removals');
/** Suffix of the name of a directory that is being removed. */
const mark = '.removed';

export interface RemovedFolders {
  isRemoved(folder: string): boolean;
  stage(folder: string): Staged<void>;
  close(): Promise<void>;
}

/** The removed directories of a parent. They count as removed after the commit, even if removing their files is interrupted. */
export async function removedFolders(
  database: Database,
  parent: string,
  warn: (message: string) => void,
): Promise<RemovedFolders> {
  const kind = parent.slice(parent.lastIndexOf('/') + 1);
  const keyOf = (folder: string): string => `${kind}/${folder}`;
  const leaving = new Set<string>();
  const working = new Set<Promise<void>>();
  const remove = async (folder: string): Promise<void> => {
    const away = join(parent, `${folder}.${newId()}${mark}`);
    await rename(join(parent, folder), away).catch((error: NodeJS.ErrnoException) => {
      if (error.code !== 'ENOENT') throw error;
    });
    await database.commit([del(removals, keyOf(folder))], { lazy: true });
    leaving.delete(folder);
    await rm(away, { recursive: true, force: true, maxRetries: 3 });
  };
  for (const { key } of await database.entries(removals, `${kind}/`)) await remove(key.slice(kind.length + 1));
  for (const name of await directoriesIn(parent)) {
    if (name.endsWith(mark)) await rm(join(parent, name), { recursive: true, force: true });
  }
  return {
    isRemoved: (folder) => folder.endsWith(mark) || leaving.has(folder),
    stage(folder) {
      leaving.add(folder);
      return {
        changes: [put(removals, keyOf(folder), null)],
        done() {
          const work = remove(folder)
            .catch((error: Error) => warn(`${join(parent, folder)}: is removed at the next start: ${error.message}`))
            .finally(() => working.delete(work));
          working.add(work);
        },
        undo: () => void leaving.delete(folder),
      };
    },
    async close() {
      await Promise.all(working);
    },
  };
}
