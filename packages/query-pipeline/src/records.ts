import { type Batch, filterFields, type Item, type Json, setField } from './item.js';
import type { Layout } from './rules/layout.js';
import type { NeverFound } from './rules/never-found.js';

/** The values of fields by position; `undefined` for a missing field. */
export type Values = readonly (Json | undefined)[];

/**
 * The records of a query, in batches: as objects, as items with fields to pass over, or as the values of the names that `fields` lists. For
 * one walk.
 */
export type Records = WholeRecords | FilteredRecords | ListedRecords;

export interface WholeRecords extends RecordFacts {
  readonly kind: 'whole';
  readonly batches: AsyncIterable<Batch>;
}

/** Items that are records without some of their fields. */
export interface FilteredRecords extends RecordFacts {
  readonly kind: 'filtered';
  readonly batches: AsyncIterable<Batch>;
  /** Whether a top-level field is not part of its record. A reader asks for each name that it meets: so `neverFound` learns of it. */
  drops(name: string): boolean;
}

export interface ListedRecords extends RecordFacts {
  readonly kind: 'listed';
  /** The names of the values, in order, without duplicates. */
  readonly names: readonly string[];
  readonly batches: AsyncIterable<readonly Values[]>;
}

/** Facts about records that are collected while they pass, and final after the last one. */
interface RecordFacts {
  readonly layout: Layout;
  /** The names in the query that no record has had so far. */
  neverFound(): readonly NeverFound[];
}

/** Records as objects, from any form. */
export function wholeRecords(records: Records): AsyncIterable<Batch> {
  switch (records.kind) {
    case 'whole':
      return records.batches;
    case 'filtered': {
      const { drops } = records;
      return built(records.batches, (item) => filterFields(item, (name) => !drops(name)));
    }
    case 'listed':
      return built(records.batches, recordBuilder(records.names));
  }
}

async function* built<R>(batches: AsyncIterable<readonly R[]>, build: (record: R) => Item): AsyncGenerator<Batch> {
  for await (const batch of batches) yield batch.map(build);
}

/** Makes a record of the values that are present. */
function recordBuilder(names: readonly string[]): (values: Values) => Item {
  const fields = fieldsOf(names);
  return (values) => {
    const record: Record<string, Json> = {};
    for (const { name, place } of fields) {
      const value = values[place];
      if (value !== undefined) setField(record, name, value);
    }
    return record;
  };
}

/** A field of listed records. */
export interface ListedField {
  readonly name: string;
  /** Its index among the values. */
  readonly place: number;
}

/** The fields in the order in which a record object has them: integer names first. It decides which of two leaves is the later one. */
export function fieldsOf(names: readonly string[]): ListedField[] {
  const places = Object.fromEntries(names.map((name, place) => [name, place]));
  return Object.keys(places).map((name) => ({ name, place: places[name] as number }));
}
