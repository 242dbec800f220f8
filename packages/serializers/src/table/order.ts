/** A column name split for sorting. */
export type ColumnPath = readonly Segment[];

interface Segment {
  readonly text: string;
  /** The digits without leading zeros where the segment is a number. */
  readonly digits: string | undefined;
}

export function columnPath(name: string): ColumnPath {
  return name.split('/').map((text) => ({ text, digits: /^[0-9]+$/.test(text) ? text.replace(/^0+(?=.)/, '') : undefined }));
}

/** Segment by segment; numbers as numbers and before the rest, the rest by UTF-16 code unit (SEMANTICS section 6). */
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
