import { namesIn, withNames, withValue } from './search.js';

/** The columns of a table as they are shown, and the fields of its records that they are of. */
export interface Arrangement {
  /** The query. */
  readonly search: URLSearchParams;
  /** Names of columns, in the order in which they are shown. */
  readonly columns: readonly string[];
  /** Top-level fields of the records, by their names in the table. */
  readonly fields: ReadonlySet<string>;
}

/** A query, or why there is none. */
export type Arranged = { readonly search: URLSearchParams } | { readonly refused: string };

/** An address with more fields than this is longer than servers accept. */
const MOST_LISTED = 400;

/** The field of a column: the column itself, or what is before a slash. */
export function fieldOf(column: string, fields: ReadonlySet<string>): string {
  for (let end = column.length; end > 0; end = column.lastIndexOf('/', end - 1)) {
    if (fields.has(column.slice(0, end))) return column.slice(0, end);
  }
  return column;
}

/** The name that a field has in the items: another one if the query renames it. */
export function sourceOf(field: string, search: URLSearchParams): string {
  const at = namesIn(search, 'outputFields').indexOf(field);
  return at === -1 ? field : (namesIn(search, 'fields')[at] ?? field);
}

/** Leaves a column out: of `fields` if the query lists them, else by `omit`, which reaches into objects but not into arrays. */
export function hideColumn({ search, fields }: Arrangement, column: string): Arranged {
  const field = fieldOf(column, fields);
  const source = sourceOf(field, search);
  const listed = namesIn(search, 'fields');
  const at = listed.indexOf(source);
  if (column === field && at !== -1 && listed.length > 1) {
    const renamed = namesIn(search, 'outputFields');
    const without = withNames(search, 'fields', listed.toSpliced(at, 1));
    return { search: renamed.length === 0 ? without : withNames(without, 'outputFields', renamed.toSpliced(at, 1)) };
  }
  const inside = column.slice(field.length).split('/').slice(1);
  const isPath = inside.length > 0 && inside.every((part) => part !== '' && !/^\d+$|\./.test(part));
  const name = isPath ? [source, ...inside].join('.') : source;
  if (name.includes(',')) return { refused: `A name with a comma cannot be part of a query: ${name}` };
  return { search: withNames(search, 'omit', [...namesIn(search, 'omit'), name]) };
}

/** Moves the field of a column before or after the field of another one. All fields are then listed in this order. */
export function moveColumn(arrangement: Arrangement, column: string, to: string): Arranged {
  const { fields } = arrangement;
  const order = fieldsInOrder(arrangement);
  const [from, target] = [order.indexOf(fieldOf(column, fields)), order.indexOf(fieldOf(to, fields))];
  if (from === -1 || target === -1 || from === target) return { search: arrangement.search };
  const moved = order.toSpliced(from, 1);
  moved.splice(target, 0, order[from] ?? '');
  return listFields(arrangement, moved, new Map());
}

/** Gives a column another name. A column inside an object becomes a field of its own, by `flatten`. */
export function renameColumn(arrangement: Arrangement, column: string, name: string): Arranged {
  const given = name.trim();
  if (given === '' || given.includes(',')) return { refused: 'A name is not empty, and has no comma' };
  const { search, columns, fields } = arrangement;
  const field = fieldOf(column, fields);
  if (field === column || /^\/\d+(?:\/|$)/.test(column.slice(field.length))) {
    return listFields(arrangement, fieldsInOrder(arrangement), new Map([[field, given]]));
  }
  if (field !== sourceOf(field, search)) return { refused: `${field} has another name already; remove it to rename parts of it` };
  const flat = (of: string): string => (fieldOf(of, fields) === field ? leafOf(of) : of);
  const flattened: Arrangement = {
    search: withNames(search, 'flatten', [...namesIn(search, 'flatten'), field]),
    columns: columns.map(flat),
    fields: new Set(columns.map((each) => (fieldOf(each, fields) === field ? leafOf(each) : fieldOf(each, fields)))),
  };
  return listFields(flattened, fieldsInOrder(flattened), new Map([[flat(column), given]]));
}

/** The field that `flatten` makes of a column: objects are joined by dots, arrays stay. */
function leafOf(column: string): string {
  const parts = column.split('/');
  const end = parts.findIndex((part, at) => at > 0 && /^\d+$/.test(part));
  return parts.slice(0, end === -1 ? undefined : end).join('.');
}

function fieldsInOrder({ columns, fields }: Arrangement): string[] {
  return [...new Set(columns.map((column) => fieldOf(column, fields)))];
}

function listFields({ search }: Arrangement, order: readonly string[], renamed: ReadonlyMap<string, string>): Arranged {
  const sources = order.map((field) => sourceOf(field, search));
  const comma = sources.find((name) => name.includes(','));
  if (comma !== undefined) return { refused: `A name with a comma cannot be part of a query: ${comma}` };
  if (sources.length > MOST_LISTED) {
    return {
      refused: `An order or a new name lists all fields, and ${sources.length} do not fit into an address. Hide some first`,
    };
  }
  const names = order.map((field) => renamed.get(field) ?? field);
  if (new Set(names).size < names.length) return { refused: 'Two columns cannot have the same name' };
  const isRenamed = names.some((name, at) => name !== sources[at]);
  const listed = withNames(search, 'fields', sources);
  return { search: isRenamed ? withNames(listed, 'outputFields', names) : withValue(listed, 'outputFields', undefined) };
}
