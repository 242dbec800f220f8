/** What is remembered of each key of objects, such as its bytes. */
export interface KeyIndex<K> {
  /** What is remembered of a key, or what is made for it, which is remembered if there is room. */
  find(key: string): K;
  /** `undefined`: it is not remembered. */
  known(key: string): K | undefined;
}

/**
 * A key that remembers the one that followed it last time, because the keys of objects mostly come in the same order. It is tried before the key
 * is looked up, where that matters: in JSON, in tables and for the values of listed names (docs/performance.md#object-lane).
 */
export interface PredictedKey<K> {
  readonly key: string;
  next: K | undefined;
}

/** Number of keys that may still be remembered. Further keys are not kept, so that unique keys cannot fill the memory. */
export interface KeyRoom {
  left: number;
}

/** Length of the longest remembered key, in UTF-16 units. */
const LONGEST = 500;

export function keyIndex<K>(make: (key: string) => K, room: KeyRoom): KeyIndex<K> {
  const known = new Map<string, K>();
  return {
    known: (key) => known.get(key),
    find: (key) => {
      const found = known.get(key);
      if (found !== undefined) return found;
      const made = make(key);
      if (room.left > 0 && key.length <= LONGEST) {
        known.set(key, made);
        room.left--;
      }
      return made;
    },
  };
}

/** The key of the field that follows another field of the same object. @param previous before the first field: a key without a name */
export function keyAfter<K extends PredictedKey<K>>(previous: K, key: string, index: KeyIndex<K>): K {
  const { next } = previous;
  if (next !== undefined && next.key === key) return next;
  const known = index.known(key);
  // Only keys that are remembered, because each of the others would hold the next one in memory.
  if (known !== undefined) previous.next = known;
  return known ?? index.find(key);
}
