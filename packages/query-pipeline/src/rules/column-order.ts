/** The name of the column of a nested value, from the name of its parent and its key or index (docs/semantics.md#tables). */
export function columnName(parent: string, key: string): string {
  return `${parent}/${key}`;
}

/** Every field that can give a column of this name: `a`, `a/b` and `a/b/c` can give `a/b/c`. */
export function fieldsOfColumn(name: string): string[] {
  const fields = [name];
  for (let slash = name.indexOf('/'); slash !== -1; slash = name.indexOf('/', slash + 1)) fields.push(name.slice(0, slash));
  return fields;
}

/** A column name split for sorting. */
export type ColumnPath = readonly Segment[];

interface Segment {
  readonly text: string;
  /** The digits without leading zeros, if the segment is a number. */
  readonly digits: string | undefined;
}

export function columnPath(name: string): ColumnPath {
  return name.split('/').map((text) => ({ text, digits: /^[0-9]+$/.test(text) ? text.replace(/^0+(?=.)/, '') : undefined }));
}

/** Compares the names of columns by their place in a table without `fields` (docs/semantics.md#tables). */
export function compareColumns(one: string, other: string): number {
  return comparePaths(columnPath(one), columnPath(other));
}

/** Compares segment by segment: numbers by value and before other segments, other segments by UTF-16 code unit. */
export function comparePaths(a: ColumnPath, b: ColumnPath): number {
  const shared = Math.min(a.length, b.length);
  for (let depth = 0; depth < shared; depth++) {
    const order = compareSegments(a[depth] as Segment, b[depth] as Segment);
    if (order !== 0) return order;
  }
  return a.length - b.length;
}

function compareSegments(a: Segment, b: Segment): number {
  if (a.text === b.text) return 0;
  if (a.digits === undefined && b.digits === undefined) return a.text < b.text ? -1 : 1;
  if (a.digits === undefined) return 1;
  if (b.digits === undefined) return -1;
  if (a.digits.length !== b.digits.length) return a.digits.length - b.digits.length;
  if (a.digits !== b.digits) return a.digits < b.digits ? -1 : 1;
  return a.text < b.text ? -1 : 1;
}
