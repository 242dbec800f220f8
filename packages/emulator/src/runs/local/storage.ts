import { rename, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { KeyValueRecord } from '../../key-value/store.js';
import { extensionOf } from '../../storage/crawlee/content-types.js';
import { makeDirectory, readObject } from '../../storage/disk.js';
import type { ExecutorCall } from '../executors/executor.js';
import { type InputReader, inputOf } from '../run-input.js';
import { itemFiles } from './items.js';
import { type KnownFiles, recordFiles } from './records.js';

/** Milliseconds between two checks of the directory. */
const betweenLooks = 200;

export type LocalStorageOf = Pick<ExecutorCall, 'dataset' | 'aliased' | 'keyValues' | 'log'>;

/** Makes a Crawlee storage directory with the run's input. */
export async function prepareLocalStorage(
  directory: string,
  { dataset, aliased, keyValues, inputKey, secrets }: LocalStorageOf & Pick<ExecutorCall, 'inputKey' | 'secrets'>,
): Promise<void> {
  const folder = join(directory, 'key_value_stores', 'default');
  for (const kind of ['datasets', 'key_value_stores', 'request_queues']) await makeDirectory(join(directory, kind, 'default'));
  await noteItems(directory, { dataset, aliased });
  const input = await inputOf(keyValues, inputKey, secrets);
  if (input === undefined) return;
  // It is there whole or not at all, because what a killed emulator leaves is copied back.
  const made = join(directory, '..', 'input');
  await writeFile(made, input.value);
  await rename(made, join(folder, fileOf(inputKey, input)));
}

function fileOf(key: string, { contentType }: KeyValueRecord): string {
  return `${key}${extensionOf(contentType)}`;
}

/**
 * Copies what a process writes to a Crawlee storage directory into the run's storages, while it is written.
 * @returns a function that copies the rest once the process has ended; it rejects when something could not be copied
 */
export async function followLocalStorage(directory: string, storage: LocalStorageOf): Promise<() => Promise<void>> {
  const { items, records } = await filesOf(directory, storage);
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

/**
 * Copies what a run left in its directory when the emulator was killed. The files of its inputs are left out unless they changed, because their
 * secret values are not encrypted.
 * @param inputKeys of the run, and of the runs into which it was transformed
 */
export async function takeLocalStorage(
  directory: string,
  { inputKeys, secrets, ...storage }: LocalStorageOf & { readonly inputKeys: readonly string[]; readonly secrets: InputReader },
): Promise<void> {
  const known: Record<string, Uint8Array> = {};
  for (const key of inputKeys) {
    const input = await inputOf(storage.keyValues, key, secrets);
    if (input !== undefined) known[fileOf(key, input)] = input.value;
  }
  const { items, records } = await filesOf(directory, storage, known);
  await items.takeRest();
  await records.takeRest();
}

async function filesOf(directory: string, { dataset, aliased, keyValues, log }: LocalStorageOf, known: KnownFiles = {}) {
  const before = (await readObject(notedItems(directory))) ?? {};
  const all = Object.entries({ ...aliased, default: dataset }).map(([name, one]) =>
    itemFiles(join(directory, 'datasets', name), one, log, one.facts.itemCount - Number(before[name] ?? 0)),
  );
  return {
    items: {
      async takeMore() {
        for (const items of all) await items.takeMore();
      },
      async takeRest() {
        for (const items of all) await items.takeRest();
      },
    },
    records: recordFiles(join(directory, 'key_value_stores', 'default'), keyValues, log, known),
  };
}

/** The file with the number of items that each dataset had before its directory was made: a run that was resurrected had some. */
function notedItems(directory: string): string {
  return join(directory, '..', 'items-before.json');
}

async function noteItems(directory: string, { dataset, aliased }: Pick<LocalStorageOf, 'dataset' | 'aliased'>): Promise<void> {
  const path = notedItems(directory);
  if ((await readObject(path)) !== undefined) return;
  const counts = Object.entries({ ...aliased, default: dataset }).map(([name, { facts }]) => [name, facts.itemCount]);
  await writeFile(path, JSON.stringify(Object.fromEntries(counts)));
}
