interface Making<T, W> {
  find(idOrName: string): T | undefined;
  create(wanted: W): Promise<T>;
}

/** For each store, the creations in progress by name, so that concurrent calls get the same thing. */
const coming = new WeakMap<object, Map<string, Promise<unknown>>>();

/** The existing thing of that name, unchanged, or a new one. Without a name always a new one. */
export async function getOrCreateNamed<T, W extends { readonly name?: string | undefined }>(
  store: Making<T, W>,
  wanted: W,
): Promise<{ readonly found: T; readonly isNew: boolean }> {
  const { name } = wanted;
  if (name === undefined) return { found: await store.create(wanted), isNew: true };
  const names = (coming.get(store) ?? new Map()) as Map<string, Promise<T>>;
  coming.set(store, names);
  const there = names.get(name) ?? store.find(name);
  if (there !== undefined) return { found: await there, isNew: false };
  const creation = store.create(wanted).finally(() => names.delete(name));
  names.set(name, creation);
  return { found: await creation, isNew: true };
}
