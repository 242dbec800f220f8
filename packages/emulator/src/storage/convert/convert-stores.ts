import { copyFile, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import type { KeyValueStore, WantedKeyValues } from '../../key-value/store.js';
import { makeStorageDirectory, readObject } from '../disk.js';
import { bornAt, dateOf, foldersIn, readRecord } from './version-1.js';

/** Records that cannot be read are kept in `not-converted/`. @returns the number of converted stores */
export async function convertStores(stores: KeyValueStore, directory: string, warn: (message: string) => void): Promise<number> {
  const from = join(directory, 'key-value-stores');
  const found: { readonly wanted: WantedKeyValues & { readonly createdAt: Date }; readonly folder: string }[] = [];
  for (const name of await foldersIn(from)) {
    const folder = join(from, name);
    const born = await bornAt(folder);
    const old = await readObject(join(folder, 'store.json'));
    if (old === undefined) warn(`${folder}: its store.json is lost or damaged, so the name of the store is lost`);
    const wanted = { id: name, ...old, createdAt: dateOf(old?.createdAt, born), accessedAt: dateOf(old?.accessedAt, born) };
    found.push({ wanted, folder });
  }
  found.sort((a, b) => a.wanted.createdAt.getTime() - b.wanted.createdAt.getTime());
  for (const { wanted, folder } of found) {
    const store = await stores.create(wanted);
    for (const name of (await readdir(folder)).filter((one) => one.endsWith('.record'))) {
      const record = await readRecord(join(folder, name));
      if (record !== undefined) {
        await store.set(record.key, record.contentType, record.value);
        continue;
      }
      const kept = join(directory, 'not-converted', wanted.id ?? '');
      await makeStorageDirectory(kept);
      await copyFile(join(folder, name), join(kept, name));
      warn(`${join(folder, name)}: is not a complete record; it is kept as ${join(kept, name)}`);
    }
  }
  return found.length;
}
