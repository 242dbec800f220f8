import { type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { type ColumnReport, surveyColumns } from '@dataset-items/serializers';
import { type Skipped, type Source, type Window, wholeWindow } from '@dataset-items/sources';
import { sharedPause } from './pause.js';

export type JsonType = 'string' | 'number' | 'boolean' | 'null' | 'array' | 'object';

/** One top-level field over all items read. */
export interface FieldSummary {
  readonly name: string;
  /** Items that have the field, by the type of its value. */
  readonly types: Readonly<Partial<Record<JsonType, number>>>;
  /** Items that have the field. */
  readonly present: number;
  /** `""`, `[]` and `{}`. */
  readonly empty: number;
  /** The first value that is neither null nor empty; long text and large values cut to 80 UTF-16 units of JSON. */
  readonly example: string | undefined;
  /** Where a value is an array or an object: what `unwind` of this field would give. */
  readonly unwind?: { readonly records: number; readonly fields: readonly string[] };
  /** Where a value is an object: the fields that `flatten` of this field would give. */
  readonly flatten?: { readonly fields: readonly string[] };
}

export interface Inspection {
  readonly items: number;
  /** In the order in which they were met; at most 10,000. */
  readonly fields: readonly FieldSummary[];
  /** Fields beyond those; each item's counts. */
  readonly otherFields: number;
  /** The columns that a table of the items would have. */
  readonly columns: ColumnReport;
  /** Malformed items that the source left out, where it was told to. */
  readonly skipped: Skipped;
}

export interface InspectOptions {
  readonly window?: Window | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Told of every batch of items read. */
  readonly onItems?: ((count: number) => void) | undefined;
}

const MAX_FIELDS = 10_000;
const MAX_NESTED = 1000;
const MAX_EXAMPLE = 80;

/** Reads items once and tells what is in them. Memory is bounded by the number of different names. */
export async function inspectItems(source: Source, options: InspectOptions = {}): Promise<Inspection> {
  const { window = wholeWindow, signal, onItems } = options;
  const fields = new Map<string, FieldTally>();
  const columns = surveyColumns();
  let items = 0;
  let otherFields = 0;
  for await (const batch of source.read(window, signal)) {
    for (const item of batch) {
      columns.add(item);
      for (const name of Object.keys(item)) {
        const tally = fields.get(name) ?? (fields.size < MAX_FIELDS ? newTally() : undefined);
        if (tally === undefined) otherFields++;
        else {
          fields.set(name, tally);
          count(tally, name, item[name] as Json);
        }
      }
    }
    items += batch.length;
    onItems?.(batch.length);
    signal?.throwIfAborted();
    await sharedPause();
  }
  const summaries = Array.from(fields, ([name, tally]) => summarize(name, tally, items));
  const skipped = source.skipped?.() ?? { count: 0, first: [] };
  return { items, fields: summaries, otherFields, columns: columns.read(), skipped };
}

interface FieldTally {
  readonly types: Partial<Record<JsonType, number>>;
  present: number;
  empty: number;
  example: string | undefined;
  /** Elements of all arrays. */
  elements: number;
  readonly elementFields: Set<string>;
  readonly leaves: Set<string>;
}

function newTally(): FieldTally {
  return { types: {}, present: 0, empty: 0, example: undefined, elements: 0, elementFields: new Set(), leaves: new Set() };
}

function count(tally: FieldTally, name: string, value: Json): void {
  const type = typeOf(value);
  tally.types[type] = (tally.types[type] ?? 0) + 1;
  tally.present++;
  const empty = isEmpty(value);
  if (empty) tally.empty++;
  else if (value !== null && tally.example === undefined) tally.example = exampleOf(value);
  if (Array.isArray(value)) {
    tally.elements += value.length;
    for (const element of value) addNames(tally.elementFields, isItem(element) ? Object.keys(element) : [name]);
  } else if (isItem(value)) {
    addNames(tally.elementFields, Object.keys(value));
    if (!empty) addLeaves(tally.leaves, name, value);
  }
}

function summarize(
  name: string,
  { types, present, empty, example, elements, elementFields, leaves }: FieldTally,
  items: number,
): FieldSummary {
  const { array = 0, object = 0 } = types;
  return {
    name,
    types,
    present,
    empty,
    example,
    ...(array + object > 0 && { unwind: { records: elements + items - array, fields: [...elementFields] } }),
    ...(leaves.size > 0 && { flatten: { fields: [...leaves] } }),
  };
}

function addNames(names: Set<string>, added: readonly string[]): void {
  for (const name of added) if (names.size < MAX_NESTED) names.add(name);
}

function addLeaves(leaves: Set<string>, prefix: string, object: Item): void {
  for (const name of Object.keys(object)) {
    const value = object[name] as Json;
    if (isItem(value) && !isEmpty(value)) addLeaves(leaves, `${prefix}.${name}`, value);
    else if (leaves.size < MAX_NESTED) leaves.add(`${prefix}.${name}`);
  }
}

function typeOf(value: Json): JsonType {
  if (value === null) return 'null';
  return Array.isArray(value) ? 'array' : (typeof value as JsonType);
}

function isEmpty(value: Json): boolean {
  if (Array.isArray(value)) return value.length === 0;
  return value === '' || (isItem(value) && Object.keys(value).length === 0);
}

function exampleOf(value: Json): string {
  const text = JSON.stringify(typeof value === 'string' ? value.slice(0, MAX_EXAMPLE) : value);
  return text.length > MAX_EXAMPLE ? `${text.slice(0, MAX_EXAMPLE - 1)}…` : text;
}
