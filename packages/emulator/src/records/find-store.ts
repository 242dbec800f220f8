import type { KeyValueStore, StoredKeyValues, WantedKeyValues } from '../key-value/index.js';
import { notFound } from '../routes/route.js';

/**
 * By id, `user~name` (of any user: there is one), `~name` or bare name.
 * @throws RefusedRequestError
 */
export function findStore(stores: KeyValueStore, wanted: string): StoredKeyValues {
  const store = stores.find(wanted) ?? stores.find(wanted.slice(wanted.indexOf('~') + 1));
  if (store === undefined) throw notFound('Key-value store');
  return store;
}

/** By store, what is being created by name: whoever asks meanwhile gets the same. */
const coming = new WeakMap<KeyValueStore, Map<string, Promise<StoredKeyValues>>>();

/** The store of that name, as it is, or a new one; without a name always a new one. */
export async function getOrCreateStore(
  stores: KeyValueStore,
  wanted: WantedKeyValues,
): Promise<{ readonly store: StoredKeyValues; readonly isNew: boolean }> {
  const { name } = wanted;
  if (name === undefined) return { store: await stores.create(wanted), isNew: true };
  const names = coming.get(stores) ?? new Map<string, Promise<StoredKeyValues>>();
  coming.set(stores, names);
  const there = names.get(name) ?? stores.find(name);
  if (there !== undefined) return { store: await there, isNew: false };
  const creation = stores.create(wanted).finally(() => names.delete(name));
  names.set(name, creation);
  return { store: await creation, isNew: true };
}
