import { mkdir, readFile } from 'node:fs/promises';
import { join } from 'node:path';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';
import { replaceFile } from '../storage/disk.js';
import type { Task } from './task.js';

/** Where tasks that were made over the API survive. */
export interface TaskFile {
  /** @throws UnreadableSourceError */
  read(): Promise<readonly Task[]>;
  /** All or nothing, after what was asked for before. */
  write(tasks: readonly Task[]): Promise<void>;
}

/** `tasks.json` in the storage directory; without a directory nothing survives. */
export function taskFile(directory: string | undefined): TaskFile {
  if (directory === undefined) return { read: async () => [], write: async () => {} };
  const path = join(directory, 'tasks.json');
  let last: Promise<void> = Promise.resolve();
  return {
    read: () => readTasks(path),
    write(tasks) {
      const text = `${JSON.stringify({ tasks }, null, 2)}\n`;
      const writing = last.then(async () => {
        await mkdir(directory, { recursive: true });
        await replaceFile(path, text, true);
      });
      last = writing.catch(() => undefined);
      return writing;
    },
  };
}

async function readTasks(path: string): Promise<readonly Task[]> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (cause) {
    if ((cause as NodeJS.ErrnoException).code === 'ENOENT') return [];
    throw new UnreadableSourceError(path, `cannot be read: ${systemReason(cause)}`, { cause });
  }
  try {
    const { tasks } = JSON.parse(text) as { tasks: readonly Task[] };
    return tasks.map((task) => ({ ...task, createdAt: new Date(task.createdAt), modifiedAt: new Date(task.modifiedAt) }));
  } catch (cause) {
    throw new UnreadableSourceError(path, 'is not the list of tasks that the emulator writes', { cause });
  }
}
