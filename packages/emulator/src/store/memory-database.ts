import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { type Change, endOf, keyIn, type Named } from './changes.js';
import type { Database, DatabaseOptions, Range } from './database.js';
import type { Kind } from './kinds.js';
import { sortedKeys } from './sorted-keys.js';

/** A database that ends with the process. Values are stored as they are: whoever gets one must not change it. */
export function memoryDatabase({ fsync }: Pick<DatabaseOptions, 'fsync'>): Database {
  const name = 'the storage in memory';
  const values = new Map<string, unknown>();
  const keys = sortedKeys();
  let closed = false;
  const remove = (key: string): void => {
    if (values.delete(key)) keys.delete(key);
  };
  const apply = ({ key, put }: Change): void => {
    if (put === undefined) return remove(key);
    if (!values.has(key)) keys.add(key);
    values.set(key, put.value);
  };
  const keysIn = (kind: Named, prefix: string, { after, limit = Number.POSITIVE_INFINITY }: Range = {}): string[] => {
    const start = keyIn(kind, prefix);
    const before = after !== undefined && after >= prefix ? keyIn(kind, after) : undefined;
    const found: string[] = [];
    for (const key of keys.range(before ?? start, endOf(start))) {
      if (found.length >= limit) break;
      if (key !== before) found.push(key);
    }
    return found;
  };
  return {
    name,
    fsync,
    mayLackItems: false,
    async commit(changes) {
      if (closed) throw new UnwritableOutputError(name, 'the storage was closed');
      for (const change of changes) apply(change);
    },
    async ready() {},
    get: <V>(kind: Kind<V>, key: string) => values.get(keyIn(kind, key)) as V | undefined,
    entries: async <V>(kind: Kind<V>, prefix = '', range: Range = {}) => {
      const start = keyIn(kind, '').length;
      return keysIn(kind, prefix, range).map((key) => ({ key: key.slice(start), value: values.get(key) as V }));
    },
    keys: async (kind, prefix) => {
      const start = keyIn(kind, '').length;
      return keysIn(kind, prefix).map((key) => key.slice(start));
    },
    async clear(kind, prefix) {
      for (const key of keysIn(kind, prefix)) remove(key);
    },
    owe() {},
    async close() {
      closed = true;
    },
  };
}
