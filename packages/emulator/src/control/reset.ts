import { oneAtATime } from '../one-at-a-time.js';
import type { Runs } from '../runs/runs.js';

/** A store whose entries are found by id and can be removed. */
export interface Removable {
  list(): readonly { readonly facts: { readonly id: string } }[];
  find(idOrName: string): unknown;
  remove(id: string): Promise<unknown>;
}

export interface ResetOptions {
  readonly runs: Runs;
  readonly stores: readonly Removable[];
  /** Clears everything else, after all entries were removed. */
  readonly forget: () => Promise<void>;
  /** Restores the data that existed at the start. */
  readonly seed: () => Promise<void>;
}

/**
 * Makes the function that resets the emulator to its initial state. Resets run one at a time, each from the first removal to the last seed.
 * Callers that wait for the same reset share it. The first error is thrown after everything else was done, including the seeding.
 */
export function createReset(options: ResetOptions): () => Promise<void> {
  const inTurn = oneAtATime();
  let next: Promise<void> | undefined;
  return () => {
    next ??= inTurn(() => {
      next = undefined;
      return reset(options);
    });
    return next;
  };
}

/** Milliseconds that a run has to end in, and to be stored as ended: on a full disk it cannot. */
const longestEnding = 60_000;

async function reset({ runs, stores, forget, seed }: ResetOptions): Promise<void> {
  const failures: unknown[] = [];
  const settle = async (works: readonly Promise<unknown>[]): Promise<void> => {
    for (const result of await Promise.allSettled(works)) if (result.status === 'rejected') failures.push(result.reason);
  };
  await settle(runs.list().map(({ id }) => removeRun(runs, id)));
  await settle(stores.flatMap((store) => store.list().map(({ facts: { id } }) => removeFrom(store, id))));
  await settle([forget()]);
  await settle([seed()]);
  if (failures.length > 0) throw failures[0];
}

/** An active run is ended first. */
async function removeRun(runs: Runs, id: string): Promise<void> {
  try {
    await runs.abort(id);
    await runs.wait(id, longestEnding);
    await runs.remove(id);
  } catch (error) {
    // Another request has removed it meanwhile.
    if (runs.get(id) !== undefined) throw error;
  }
}

async function removeFrom(store: Removable, id: string): Promise<void> {
  try {
    await store.remove(id);
  } catch (error) {
    if (store.find(id) !== undefined) throw error;
  }
}
