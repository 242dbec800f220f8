import type { Database } from './database.js';
import { jsonKind } from './kinds.js';
import type { Cell, ThingRecord } from './things.js';

/** Keys of things by id and by name. */
export const names = jsonKind<string>('names');

/** A thing whose entry is damaged, with its id and its name. */
export interface Broken {
  readonly id: string;
  readonly reason: string;
  readonly key: string;
  /** `id/<id>`, `name/<name>`. */
  readonly names: string[];
}

export interface ReadThings<R, C> {
  readonly cells: readonly Cell<R, C>[];
  readonly broken: Map<string, Broken>;
  readonly problems: readonly string[];
  /** The largest number used so far, as far as it can be found. */
  readonly last: number;
}

/** All things of a kind. A damaged one is still found by its id and name, so that it can be reported. */
export async function readThings<R extends ThingRecord, C>(database: Database, kind: string): Promise<ReadThings<R, C>> {
  const sublevel = jsonKind<R | C>(kind, withDates);
  const records = new Map<string, R>();
  const counts = new Map<string, C>();
  let last = 0;
  for (const { key, value } of await database.entries(sublevel)) {
    const [number = '', part] = key.split('.');
    last = Math.max(last, Number.parseInt(number, 36) || 0);
    if (value === undefined) continue;
    if (part === undefined) records.set(key, value as R);
    else counts.set(number, value as C);
  }
  const cells: Cell<R, C>[] = [];
  const whole = new Set<string>();
  for (const [key, record] of records) {
    const own = counts.get(key);
    if (own === undefined) continue;
    whole.add(key);
    cells.push({ key, record, counts: own, leaving: false });
  }
  const problems: string[] = [];
  const broken = new Map<string, Broken>();
  const byKey = new Map<string, Broken>();
  for (const { key: name, value } of await database.entries(names, `${kind}/`)) {
    const key = value ?? '';
    last = Math.max(last, Number.parseInt(key, 36) || 0);
    if (whole.has(key)) continue;
    const [, part = '', ...rest] = name.split('/');
    const called = rest.join('/');
    if (key === '' && cells.some(({ record }) => record.id === called || record.name === called)) {
      problems.push(`${database.name}: ${kind}: the reference to ${called} is damaged, and is restored`);
      continue;
    }
    const reason = 'its entry in the database is damaged';
    const one: Broken = byKey.get(key) ?? { id: records.get(key)?.id ?? called, reason, key, names: [] };
    one.names.push(`${part}/${called}`);
    if (key !== '') byKey.set(key, one);
    broken.set(called, one);
  }
  for (const { id, reason } of new Set(broken.values())) problems.push(`${database.name}: ${kind} ${id}: ${reason}`);
  return { cells, broken, problems, last };
}

const dates = ['createdAt', 'modifiedAt', 'accessedAt'];

function withDates<V>(parsed: V): V {
  const value = parsed as Record<string, unknown>;
  for (const name of dates) if (typeof value[name] === 'string') value[name] = new Date(value[name]);
  return parsed;
}
