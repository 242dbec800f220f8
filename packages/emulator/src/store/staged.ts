import type { Change, Staged } from './changes.js';
import type { Database } from './database.js';

/** Commits the staged changes, all or none. @throws UnwritableOutputError */
export async function commitStaged<T>(database: Database, staged: Staged<T>, more: readonly Change[] = []): Promise<T> {
  try {
    await database.commit([...staged.changes, ...more]);
  } catch (error) {
    staged.undo();
    throw error;
  }
  return staged.done();
}
