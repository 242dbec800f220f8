import { del, put } from '../store/changes.js';
import type { Database } from '../store/database.js';
import { jsonKind, numberKey } from '../store/kinds.js';
import type { Task } from './task.js';

/** Stored tasks: those that were created over the API. */
export interface TaskEntries {
  /** The tasks that were stored, oldest first. */
  readonly read: readonly Task[];
  /** @throws UnwritableOutputError */
  put(task: Task): Promise<void>;
  /** All or none. @throws UnwritableOutputError */
  remove(ids: readonly string[]): Promise<void>;
}

/** In the order in which they were created. */
export const tasks = jsonKind<Task>('tasks', (task) => ({
  ...task,
  createdAt: new Date(task.createdAt),
  modifiedAt: new Date(task.modifiedAt),
}));

/** Without a database, nothing is stored. */
export async function openTaskEntries(database: Database | undefined, warn: (message: string) => void): Promise<TaskEntries> {
  if (database === undefined) return { read: [], put: async () => {}, remove: async () => {} };
  const found = await database.entries(tasks);
  const whole = found.flatMap(({ key, value }) => (value === undefined ? [] : [{ key, task: value }]));
  if (whole.length < found.length) warn(`${database.name}: ${found.length - whole.length} tasks are damaged, and are omitted`);
  const keys = new Map(whole.map(({ key, task }) => [task.id, key]));
  let last = Number.parseInt(found.at(-1)?.key ?? '0', 36);
  return {
    read: whole.map(({ task }) => task),
    async put(task) {
      const key = keys.get(task.id) ?? numberKey(++last);
      await database.commit([put(tasks, key, task)]);
      keys.set(task.id, key);
    },
    async remove(ids) {
      await database.commit(ids.flatMap((id) => keys.get(id) ?? []).map((key) => del(tasks, key)));
      for (const id of ids) keys.delete(id);
    },
  };
}
