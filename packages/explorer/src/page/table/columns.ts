import type { ColumnFigures } from '../../shared/figures.js';

/** How the columns are sorted on the screen. `query`: as the query gives them. */
export type ColumnOrder = 'fill' | 'name' | 'query';

export function readOrder(text: string | null): ColumnOrder {
  return text === 'fill' || text === 'name' ? text : 'query';
}

export function sortedColumns<C extends { readonly name: string; readonly figures?: ColumnFigures | undefined }>(
  columns: readonly C[],
  order: ColumnOrder,
): readonly C[] {
  if (order === 'query') return columns;
  const byName = (one: C, other: C): number => one.name.localeCompare(other.name, 'en', { numeric: true });
  if (order === 'name') return columns.toSorted(byName);
  return columns.toSorted((one, other) => (other.figures?.filled ?? 0) - (one.figures?.filled ?? 0) || byName(one, other));
}

/** The kind of most filled cells of a column, in a word. */
export function kindOfColumn({ kinds }: ColumnFigures): string {
  const filled = Object.entries(kinds).filter(([kind]) => kind !== 'null' && kind !== 'empty');
  if (filled.length === 0) return kinds.empty ? 'empty' : 'null';
  const [kind = '', count = 0] = filled.toSorted(([, one], [, other]) => other - one)[0] ?? [];
  const all = filled.reduce((sum, [, of]) => sum + of, 0);
  return count === all ? kind : `${kind} +${filled.length - 1}`;
}

/** Share of rows with a value, as people write it: `0 %` and `100 %` only where it is none and all. */
export function percent(part: number, of: number): string {
  if (of === 0) return '0 %';
  const share = (part / of) * 100;
  if (share > 0 && share < 1) return '<1 %';
  return share > 99 && share < 100 ? '>99 %' : `${Math.round(share)} %`;
}
