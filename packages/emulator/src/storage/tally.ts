import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import type { FieldStatistics, JsonObject } from './store.js';

/** Fields of which statistics are kept; bounds memory where names are made up as items come. */
const mostFields = 2000;

/** What is counted of a dataset as its items come. */
export interface Tally {
  items: number;
  cleanItems: number;
  /** Of the items as compact JSON, a line each. */
  bytes: number;
  readonly fields: Map<string, FieldTally>;
}

interface FieldTally {
  present: number;
  nulls: number;
  /** Greater than `max` where there is no value to measure. */
  min: number;
  max: number;
}

/** A tally as JSON; fields are name, items that have it, nulls, and the range. */
export interface KeptTally {
  readonly items: number;
  readonly cleanItems: number;
  readonly bytes: number;
  readonly fields: readonly (readonly [name: string, present: number, nulls: number, min?: number, max?: number])[];
}

export function emptyTally(): Tally {
  return { items: 0, cleanItems: 0, bytes: 0, fields: new Map() };
}

/** @param line the item as compact JSON */
export function countItem(tally: Tally, item: Item, line: string): void {
  let clean = false;
  for (const name of Object.keys(item)) {
    clean ||= !name.startsWith('#');
    countValue(fieldOf(tally, name), item[name] as Json);
  }
  tally.items++;
  tally.bytes += Buffer.byteLength(line) + 1;
  if (clean) tally.cleanItems++;
}

export function addTally(tally: Tally, more: Tally): void {
  tally.items += more.items;
  tally.cleanItems += more.cleanItems;
  tally.bytes += more.bytes;
  for (const [name, { present, nulls, min, max }] of more.fields) {
    const field = fieldOf(tally, name);
    if (field === undefined) continue;
    field.present += present;
    field.nulls += nulls;
    field.min = Math.min(field.min, min);
    field.max = Math.max(field.max, max);
  }
}

export function keepTally({ fields, ...counts }: Readonly<Tally>): KeptTally {
  return {
    ...counts,
    fields: [...fields].map(([name, { present, nulls, min, max }]) =>
      min > max ? [name, present, nulls] : [name, present, nulls, min, max],
    ),
  };
}

export function takeTally({ fields, ...counts }: KeptTally): Tally {
  const { min: least, max: most } = noRange;
  return {
    ...counts,
    fields: new Map(fields.map(([name, present, nulls, min = least, max = most]) => [name, { present, nulls, min, max }])),
  };
}

/** Of the fields met, and of those that a dataset schema names. */
export function fieldStatistics({ items, fields }: Tally, schema: JsonObject | undefined): Record<string, FieldStatistics> {
  const rows = new Map<string, FieldStatistics>(namesIn(schema).map((name) => [name, { nullCount: 0, emptyCount: items }]));
  for (const [name, { present, nulls, min, max }] of fields) {
    const range = min > max ? {} : { min, max };
    rows.set(name, { ...range, nullCount: nulls, emptyCount: items - present });
  }
  return Object.fromEntries(rows);
}

const noRange = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };

function fieldOf({ fields }: Tally, name: string): FieldTally | undefined {
  const known = fields.get(name);
  if (known !== undefined || fields.size === mostFields) return known;
  const field = { present: 0, nulls: 0, ...noRange };
  fields.set(name, field);
  return field;
}

function countValue(field: FieldTally | undefined, value: Json): void {
  if (field === undefined) return;
  field.present++;
  const size = sizeOf(value);
  if (size === undefined) {
    field.nulls++;
    return;
  }
  field.min = Math.min(field.min, typeof value === 'boolean' ? 0 : size);
  field.max = Math.max(field.max, size);
}

/** `undefined` for null and for what JSON writes as null. */
function sizeOf(value: Json): number | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string') return value.length;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** `fields` of a dataset schema is a JSON Schema of an item. */
function namesIn(schema: JsonObject | undefined): readonly string[] {
  const fields = schema?.fields;
  if (fields === undefined || !isItem(fields)) return [];
  const { properties } = fields;
  return properties !== undefined && isItem(properties) ? Object.keys(properties) : [];
}
