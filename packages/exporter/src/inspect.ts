import {
  type ColumnReport,
  checkKinds,
  type Item,
  isItem,
  type Json,
  type OptionKind,
  optionKinds,
} from '@dataset-items/query-pipeline';
import { surveyColumns } from '@dataset-items/serializers';
import {
  type Accepted,
  checkedSource,
  type Items,
  type Remark,
  type Skipped,
  type Source,
  type Window,
  wholeWindow,
} from '@dataset-items/sources';
import { openOnce } from './opened.js';
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
  /** The first value that is neither null nor empty. Long values are truncated to 80 UTF-16 units of JSON. */
  readonly example: string | undefined;
  /** The result of `unwind` of this field, if a value is an array or an object. */
  readonly unwind?: { readonly records: number; readonly fields: readonly string[] };
  /** The fields that `flatten` of this field would give, if a value is an object. */
  readonly flatten?: { readonly fields: readonly string[] };
}

export interface Inspection {
  readonly items: number;
  /** In order of first occurrence, at most 10,000. */
  readonly fields: readonly FieldSummary[];
  /** Number of values in further fields. */
  readonly otherFields: number;
  /** The columns that a table of the items would have. */
  readonly columns: ColumnReport;
  /** Where items are inside the only item, if it is a document that holds them: paths for the option `itemsAt`, at most 20. */
  readonly inside: readonly ItemsInside[];
  /** Malformed items that the source skipped, if it skips them. */
  readonly skipped: Skipped;
  /** What the source accepted that is not JSON, if it is lenient, by kind. */
  readonly accepted: Accepted;
  /** What the source has decided about its input, such as names of columns. */
  readonly remarks: readonly Remark[];
}

/** Items inside a document. */
export interface ItemsInside {
  /** A value of the option `itemsAt`. */
  readonly path: string;
  readonly items: number;
}

export interface InspectOptions {
  readonly window?: Window | undefined;
  readonly signal?: AbortSignal | undefined;
  /** Called with the number of items of each batch that was read. */
  readonly onItems?: ((count: number) => void) | undefined;
}

const kinds = { window: optionKinds.object, signal: optionKinds.signal, onItems: optionKinds.function } as const satisfies Record<
  keyof InspectOptions,
  OptionKind
>;

const MAX_FIELDS = 10_000;
const MAX_NESTED = 1000;
const MAX_EXAMPLE = 80;

/** Reads items once, summarizes their fields, and closes their source. Memory depends only on the number of different names. */
export async function inspectItems(from: Source | Items, options: InspectOptions = {}): Promise<Inspection> {
  const { window = wholeWindow, signal, onItems } = options;
  const { source, batches, close } = openOnce(checkedSource(from));
  try {
    checkKinds(kinds, options);
  } catch (error) {
    await close();
    throw error;
  }
  const fields = new Map<string, FieldTally>();
  const columns = surveyColumns();
  let items = 0;
  /** The first item, while there is no other. */
  let only: Item | undefined;
  let otherFields = 0;
  for await (const batch of batches(window, signal)) {
    for (const item of batch) {
      only = items === 0 && batch.length === 1 ? item : undefined;
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
  const accepted = source.accepted?.() ?? {};
  const remarks = source.remarks?.() ?? [];
  return {
    items,
    fields: summaries,
    otherFields,
    columns: columns.read(),
    inside: only === undefined ? [] : itemsInside(only),
    skipped,
    accepted,
    remarks,
  };
}

const MOST_PATHS = 20;
const MOST_LEVELS = 8;

/** Arrays of objects, and objects that hold only objects (two or more), which may be items by key. */
function itemsInside(document: Item): ItemsInside[] {
  const found: ItemsInside[] = [];
  const look = (value: Json, names: readonly string[]): void => {
    if (found.length === MOST_PATHS || names.length > MOST_LEVELS) return;
    if (Array.isArray(value)) {
      if (names.length > 0 && value.length > 0 && value.every(isItem)) found.push({ path: pathOf(names), items: value.length });
    } else if (isItem(value)) {
      const values = Object.values(value);
      if (values.length > 1 && values.every(isItem)) found.push({ path: pathOf([...names, '*']), items: values.length });
      else for (const name of Object.keys(value)) look(value[name] as Json, [...names, name]);
    }
  };
  look(document, []);
  return found;
}

/** Names joined by dots, or a JSON pointer if a name has dots. */
function pathOf(names: readonly string[]): string {
  if (names.every((name) => name !== '' && !/[./]/.test(name))) return names.join('.');
  return names.map((name) => `/${name.replaceAll('~', '~0').replaceAll('/', '~1')}`).join('');
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
