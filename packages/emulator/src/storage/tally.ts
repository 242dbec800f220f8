import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import type { FieldStatistics, JsonObject } from './store.js';

/** Fields of which statistics are kept; bounds memory where names are made up as items come. */
const mostFields = 2000;

/** What is counted of a dataset as its items come. */
export interface Tally {
  items: number;
  cleanItems: number;
  readonly fields: Map<string, FieldTally>;
}

export interface FieldTally {
  present: number;
  nulls: number;
  min: number;
  max: number;
}

export function emptyTally(): Tally {
  return { items: 0, cleanItems: 0, fields: new Map() };
}

export function countItems(tally: Tally, items: readonly Item[]): void {
  for (const item of items) {
    let clean = false;
    for (const name of Object.keys(item)) {
      clean ||= !name.startsWith('#');
      countValue(fieldOf(tally, name), item[name] as Json);
    }
    tally.items++;
    if (clean) tally.cleanItems++;
  }
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

function fieldOf({ fields }: Tally, name: string): FieldTally | undefined {
  const known = fields.get(name);
  if (known !== undefined || fields.size === mostFields) return known;
  const field = { present: 0, nulls: 0, min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };
  fields.set(name, field);
  return field;
}

function countValue(field: FieldTally | undefined, value: Json): void {
  if (field === undefined) return;
  field.present++;
  if (value === null) {
    field.nulls++;
    return;
  }
  const size = sizeOf(value);
  field.min = Math.min(field.min, typeof value === 'boolean' ? 0 : size);
  field.max = Math.max(field.max, size);
}

function sizeOf(value: Exclude<Json, null>): number {
  if (typeof value === 'number') return value;
  if (typeof value === 'string') return value.length;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** `fields` of a dataset schema is a JSON Schema of an item. */
function namesIn(schema: JsonObject | undefined): readonly string[] {
  const fields = schema?.fields;
  if (!isItem(fields as Json) || !isItem((fields as Item).properties)) return [];
  return Object.keys((fields as Item).properties as Item);
}
