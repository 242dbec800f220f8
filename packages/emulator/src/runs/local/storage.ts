import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { ExecutorCall } from '../executors/executor.js';
import { extensionOf } from './content-types.js';
import { itemFiles } from './items.js';
import { recordFiles } from './records.js';

/** Milliseconds between two looks. */
const betweenLooks = 200;

export type LocalStorageOf = Pick<ExecutorCall, 'dataset' | 'keyValues' | 'log'>;

/** A Crawlee storage directory that has the run's input. */
export async function prepareLocalStorage(directory: string, { keyValues }: LocalStorageOf): Promise<void> {
  const folder = join(directory, 'key_value_stores', 'default');
  await mkdir(folder, { recursive: true });
  const input = await keyValues.get('INPUT');
  if (input !== undefined) await writeFile(join(folder, `INPUT${extensionOf(input.contentType)}`), input.value);
}

/**
 * What a process writes to a Crawlee storage directory becomes the run's, as it is written. Gives the way to take what is left when
 * nobody writes any longer, which rejects when something could not be taken.
 */
export async function followLocalStorage(directory: string, storage: LocalStorageOf): Promise<() => Promise<void>> {
  const { items, records } = filesOf(directory, storage);
  await records.note();
  const stopped = new AbortController();
  const look = async (): Promise<void> => {
    while (!stopped.signal.aborted) {
      await items.takeMore();
      await records.takeMore();
      await delay(betweenLooks, undefined, { signal: stopped.signal }).catch(() => undefined);
    }
  };
  let failure: unknown;
  const looking = look().catch((error: unknown) => {
    failure = error;
  });
  return async () => {
    stopped.abort();
    await looking;
    if (failure !== undefined) throw failure;
    await items.takeRest();
    await records.takeRest();
  };
}

/** Takes what a run left there that an earlier emulator followed. */
export async function takeLocalStorage(directory: string, storage: LocalStorageOf): Promise<void> {
  const { items, records } = filesOf(directory, storage);
  await items.takeRest();
  await records.takeRest();
}

function filesOf(directory: string, { dataset, keyValues, log }: LocalStorageOf) {
  return {
    items: itemFiles(join(directory, 'datasets', 'default'), dataset, log, dataset.facts.itemCount),
    records: recordFiles(join(directory, 'key_value_stores', 'default'), keyValues, log),
  };
}
