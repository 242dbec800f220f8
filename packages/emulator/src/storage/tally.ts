import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { addLeafPaths, joinLeafPaths, type LeafPaths, leafPathsOf } from './leaf-paths.js';
import type { FieldStatistics, JsonObject } from './store.js';

/** Largest number of fields with statistics. It limits memory if names never repeat. */
const mostFields = 2000;

/** Counts of a dataset, updated with each push. */
export interface Tally {
  items: number;
  cleanItems: number;
  /** Bytes of the items as compact JSON, one line each. */
  bytes: number;
  readonly fields: FieldTallies;
}

export type FieldTallies = Map<string, FieldTally>;

interface FieldTally {
  present: number;
  nulls: number;
  /** Smallest measure. Greater than `max` if there is no value to measure. */
  min: number;
  max: number;
  /** Of values with members. */
  readonly paths: LeafPaths;
}

/** Field tallies as JSON: name, items that have it, nulls, the range (null if there is no value to measure), and the paths of its values. */
export type KeptFields = readonly (readonly [
  name: string,
  present: number,
  nulls: number,
  min?: number | null,
  max?: number | null,
  paths?: readonly string[],
])[];

export function emptyTally(): Tally {
  return { items: 0, cleanItems: 0, bytes: 0, fields: new Map() };
}

/** @param line the item as compact JSON */
export function countItem(tally: Tally, item: Item, line: string): void {
  let clean = false;
  for (const name of Object.keys(item)) {
    clean ||= !name.startsWith('#');
    countValue(fieldOf(tally.fields, name), item[name] as Json);
  }
  tally.items++;
  tally.bytes += Buffer.byteLength(line) + 1;
  if (clean) tally.cleanItems++;
}

export function addTally(tally: Tally, more: Tally): void {
  tally.items += more.items;
  tally.cleanItems += more.cleanItems;
  tally.bytes += more.bytes;
  addFields(tally.fields, more.fields);
}

export function addFields(fields: FieldTallies, more: FieldTallies): void {
  for (const [name, { present, nulls, min, max, paths }] of more) {
    const field = fieldOf(fields, name);
    if (field === undefined) continue;
    joinLeafPaths(field, { present, nulls, paths });
    field.present += present;
    field.nulls += nulls;
    field.min = Math.min(field.min, min);
    field.max = Math.max(field.max, max);
  }
}

export function keepFields(fields: FieldTallies): KeptFields {
  return [...fields].map(([name, { present, nulls, min, max, paths }]) => {
    if (paths.size > 0)
      return min > max ? [name, present, nulls, null, null, [...paths]] : [name, present, nulls, min, max, [...paths]];
    return min > max ? [name, present, nulls] : [name, present, nulls, min, max];
  });
}

export function takeFields(kept: KeptFields): FieldTallies {
  return new Map(
    kept.map(([name, present, nulls, min, max, paths]) => [
      name,
      { present, nulls, min: min ?? noRange.min, max: max ?? noRange.max, paths: new Set(paths) },
    ]),
  );
}

/** Statistics of the fields that occurred, and of those that a dataset schema names. */
export function fieldStatistics(
  { items, fields }: Pick<Tally, 'items' | 'fields'>,
  schema: JsonObject | undefined,
): Record<string, FieldStatistics> {
  const rows = new Map<string, FieldStatistics>(namesIn(schema).map((name) => [name, { nullCount: 0, emptyCount: items }]));
  for (const [name, { present, nulls, min, max }] of fields) {
    const range = min > max ? {} : { min, max };
    rows.set(name, { ...range, nullCount: nulls, emptyCount: items - present });
  }
  return Object.fromEntries(rows);
}

/** The paths of the fields that occurred (`price/amount`), in the order in which they were first seen. */
export function leafPaths(fields: FieldTallies): readonly string[] {
  return [...fields].flatMap(([name, { paths }]) => leafPathsOf(name, paths));
}

const noRange = { min: Number.POSITIVE_INFINITY, max: Number.NEGATIVE_INFINITY };

function fieldOf(fields: FieldTallies, name: string): FieldTally | undefined {
  const known = fields.get(name);
  if (known !== undefined || fields.size === mostFields) return known;
  const field = { present: 0, nulls: 0, ...noRange, paths: new Set<string>() };
  fields.set(name, field);
  return field;
}

function countValue(field: FieldTally | undefined, value: Json): void {
  if (field === undefined) return;
  addLeafPaths(field.paths, value, field.present > field.nulls);
  field.present++;
  const size = sizeOf(value);
  if (size === undefined) {
    field.nulls++;
    return;
  }
  field.min = Math.min(field.min, typeof value === 'boolean' ? 0 : size);
  field.max = Math.max(field.max, size);
}

/** The measure of a value. `undefined` for null and for values that JSON writes as null. */
function sizeOf(value: Json): number | undefined {
  if (value === null) return undefined;
  if (typeof value === 'number') return Number.isFinite(value) ? value : undefined;
  if (typeof value === 'string') return value.length;
  if (typeof value === 'boolean') return value ? 1 : 0;
  return Array.isArray(value) ? value.length : Object.keys(value).length;
}

/** The property names of `fields`, which is a JSON Schema of an item. */
function namesIn(schema: JsonObject | undefined): readonly string[] {
  const fields = schema?.fields;
  if (fields === undefined || !isItem(fields)) return [];
  const { properties } = fields;
  return properties !== undefined && isItem(properties) ? Object.keys(properties) : [];
}
