import { type Item, isItem, type Json } from 'dataset-items';

/** The leaves of a record by column name: a simple implementation of docs/semantics.md#tables. */
export function leavesOf(record: Item): Map<string, Json> {
  const leaves = new Map<string, Json>();
  const visit = (path: readonly string[], value: Json): void => {
    if (Array.isArray(value)) for (const [index, element] of value.entries()) visit([...path, String(index)], element);
    else if (isItem(value)) for (const key of Object.keys(value)) visit([...path, key], value[key] as Json);
    else leaves.set(path.join('/'), value);
  };
  visit([], record);
  return leaves;
}

/** Column names of records, sorted segment by segment. */
export function columnsOf(records: readonly Item[]): string[] {
  const names = new Set(records.flatMap((record) => [...leavesOf(record).keys()]));
  return [...names].sort((a, b) => compareSegments(a.split('/'), b.split('/')));
}

function compareSegments([a, ...restOfA]: string[], [b, ...restOfB]: string[]): number {
  if (a === undefined || b === undefined) return (a === undefined ? 0 : 1) - (b === undefined ? 0 : 1);
  if (a === b) return compareSegments(restOfA, restOfB);
  const numeric = [a, b].map((segment) => /^[0-9]+$/.test(segment));
  if (numeric[0] !== numeric[1]) return numeric[0] ? -1 : 1;
  if (numeric[0] && BigInt(a) !== BigInt(b)) return BigInt(a) < BigInt(b) ? -1 : 1;
  return a < b ? -1 : 1;
}

/** The text of a value in a text format. A lone surrogate becomes U+FFFD, as in all UTF-8. */
export function cellText(value: Json | undefined): string {
  return value === undefined || value === null ? '' : Buffer.from(String(value)).toString('utf8');
}
