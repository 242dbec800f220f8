import { readFile } from 'node:fs/promises';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';
import type { KeyValueStoreSettings } from '../actors/config.js';
import { idOf } from '../storage/identifiers.js';
import type { KeyValueStore } from './store.js';

/**
 * Creates the key-value stores that a file declares, unless a store of that name or id exists.
 * @throws UnreadableSourceError for a value that cannot be read
 */
export async function seedKeyValues(
  stores: KeyValueStore,
  declared: Readonly<Record<string, KeyValueStoreSettings>>,
): Promise<void> {
  for (const [name, { id = idOf(`seed store ${name}`), title, records }] of Object.entries(declared)) {
    if ((stores.idOf(name) ?? stores.idOf(id)) !== undefined) continue;
    const read = Object.entries(records).map(async ([key, { file, contentType = 'application/octet-stream' }]) => {
      const value = await readFile(file).catch((cause: unknown) => {
        throw new UnreadableSourceError(file, `cannot be read: ${systemReason(cause)}`, { cause });
      });
      return { key, contentType, value };
    });
    await stores.create({ name, id, title, records: await Promise.all(read) });
  }
}
