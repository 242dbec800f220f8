import type { KeyValueStore, StoredKeyValues, WantedKeyValues } from '../key-value/index.js';
import { notFound } from '../routes/route.js';
import { getOrCreateNamed } from '../storage/get-or-create.js';

/**
 * Finds a key-value store by id, `user~name` (any user: there is only one), `~name` or bare name.
 * @throws RefusedRequestError
 */
export function findStore(stores: KeyValueStore, wanted: string): StoredKeyValues {
  const store = stores.find(wanted) ?? stores.find(wanted.slice(wanted.indexOf('~') + 1));
  if (store === undefined) throw notFound('Key-value store');
  return store;
}

/** The store with the wanted name, unchanged, or a new one; without a name always a new one. */
export async function getOrCreateStore(
  stores: KeyValueStore,
  wanted: WantedKeyValues,
): Promise<{ readonly store: StoredKeyValues; readonly isNew: boolean }> {
  const { found, isNew } = await getOrCreateNamed(stores, wanted);
  return { store: found, isNew };
}
