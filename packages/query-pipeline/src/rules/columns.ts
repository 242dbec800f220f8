import { type ColumnPath, columnPath, comparePaths, fieldsOfColumn } from './column-order.js';
import { countNames, type KeptNames, type NameCount } from './distinct-names.js';
import type { Layout } from './layout.js';

/** The columns found so far. Each has an id. */
export interface Columns {
  /**
   * @param field the top-level field whose value gives the column
   * @returns -1 for a column that is dropped and will stay dropped
   */
  idOf(name: string, field: string): number;
  /** The order of two columns in the table, as far as it is known yet. */
  compare(a: number, b: number): number;
  finish(): FinalColumns;
  report(): ColumnReport;
  /** What the records have shown so far, as plain data, for `learn` of other columns of the same query, also in another process. */
  learned(): LearnedColumns;
  /** Adds what records elsewhere have shown. In the order of the records it gives the columns and the report of one walk over all. */
  learn(learned: LearnedColumns): void;
}

/** Columns that records have shown. */
export interface LearnedColumns {
  /** By id: the name, and the top-level fields whose values gave the column. `null`: it was dropped for good. */
  readonly columns: readonly ({ readonly name: string; readonly fields: readonly string[] } | null)[];
  /** Top-level fields that gave a column or a dropped one. */
  readonly fields: readonly string[];
  /** Places of fields, where `fields` names an unwound field: without them columns would stand in another order. */
  readonly places: readonly (readonly [field: string, place: number])[];
  readonly overLimit: KeptNames;
  readonly nameTooLong: KeptNames;
  readonly unlisted: KeptNames;
}

/** The final columns, after the last record. */
export interface FinalColumns {
  readonly names: readonly string[];
  /** For each column id its index in `names`; -1: dropped. */
  readonly positions: Int32Array;
}

/** The number of written columns, and the names of dropped columns (docs/semantics.md#tables). */
export interface ColumnReport {
  /** Columns written. */
  readonly written: number;
  /** Dropped because of `maxColumns`. */
  readonly overLimit: NameCount;
  /** Dropped because the name is longer than `maxNameLength`. */
  readonly nameTooLong: NameCount;
  /** Dropped because they are not in the caller's `columns`. */
  readonly unlisted: NameCount;
}

export interface ColumnLimits {
  /** Default 2000. */
  readonly maxColumns?: number | undefined;
  /** In UTF-16 units. Default 200. */
  readonly maxNameLength?: number | undefined;
}

/** The caller's columns, in the caller's order. All others are dropped. */
export function fixedColumns(names: readonly string[]): Columns {
  const ids = new Map(Array.from(new Set(names), (name, id) => [name, id]));
  const unlisted = countNames();
  return {
    idOf: (name) => {
      const id = ids.get(name);
      if (id === undefined) unlisted.add(name);
      return id ?? -1;
    },
    compare: (a, b) => a - b,
    finish: () => ({ names: [...ids.keys()], positions: Int32Array.from(ids.values()) }),
    report: () => ({ ...noneDropped, written: ids.size, unlisted: unlisted.read() }),
    learned: () => ({ ...nothingLearned, unlisted: unlisted.kept() }),
    learn: (learned) => unlisted.learn(learned.unlisted),
  };
}

const none = countNames().read();
const noNames = countNames().kept();
const noneDropped = { overLimit: none, nameTooLong: none, unlisted: none };

interface Column {
  readonly name: string;
  readonly path: ColumnPath;
  /** Top-level fields whose values gave this column; nearly always one. */
  readonly fields: string[];
}

const nothingLearned: LearnedColumns = {
  columns: [],
  fields: [],
  places: [],
  overLimit: noNames,
  nameTooLong: noNames,
  unlisted: noNames,
};

/** What columns are sorted by: first the place of the field in `fields` (without `fields` all places are equal), then the path. */
interface Placed {
  readonly place: number;
  readonly path: ColumnPath;
}

/**
 * Columns that are learned from records, in their order and within the limits.
 * @param spare number of columns over the limit that are kept before columns are forgotten
 */
export function foundColumns(
  layout: Layout,
  { maxColumns = 2000, maxNameLength = 200 }: ColumnLimits = {},
  spare = 1000,
): Columns {
  /** By id; `null`: dropped, although earlier rows may still refer to it. */
  const columns: (Column | null)[] = [];
  const ids = new Map<string, number>();
  const fieldsMet = new Set<string>();
  const overLimit = countNames();
  const nameTooLong = countNames();
  /** The same with what the end of the walk adds, which other records may show to be wrong. */
  let dropped = { overLimit, nameTooLong };
  /** At least `maxColumns` columns have this place or an earlier one. This stays true, because places can only become earlier. */
  let limit: Placed | undefined;
  let pruneAt = 2 * maxColumns + spare;
  let written = 0;

  const placed = ({ fields, path }: Column): Placed => ({ place: Math.min(...fields.map(layout.place)), path });
  /** The earliest place that the column can get if it occurs again. Several fields can give a column: `a/b` is a field, or `b` in `a`. */
  const atBest = ({ name, path }: Column): Placed => ({
    place: Math.min(...fieldsOfColumn(name).map(layout.earliest)),
    path,
  });
  const isLost = (column: Column): boolean => limit !== undefined && comparePlaced(atBest(column), limit) > 0;
  const known = (): Column[] => Array.from(ids.values(), (id) => columns[id] as Column);
  const sorted = (all: readonly Column[]): Column[] =>
    all
      .map((column) => ({ column, ...placed(column) }))
      .sort(comparePlaced)
      .map(({ column }) => column);

  /** Forgets columns that can no longer get a place within the limit, so that keys that never repeat cannot fill the memory. */
  const prune = (): void => {
    const last = sorted(known())[maxColumns - 1];
    limit = last === undefined ? firstOfAll : placed(last);
    for (const column of known()) {
      if (!isLost(column)) continue;
      overLimit.add(column.name);
      columns[ids.get(column.name) as number] = null;
      ids.delete(column.name);
    }
    pruneAt = 2 * ids.size + spare;
  };

  const add = (name: string, field: string): number => {
    const column = { name, path: columnPath(name), fields: [field] };
    if (isLost(column)) {
      overLimit.add(name);
      return -1;
    }
    const id = columns.push(column) - 1;
    ids.set(name, id);
    if (ids.size > pruneAt) prune();
    return id;
  };

  /** The empty columns of listed names that no record has. */
  const empty = (): Column[] => {
    const placesTaken = new Set(Array.from(fieldsMet, layout.place));
    return (layout.listed ?? []).flatMap((name, place) => {
      if (name === undefined || placesTaken.has(place) || fieldsMet.has(name) || ids.has(name)) return [];
      if (name.length <= maxNameLength) return [{ name, path: columnPath(name), fields: [name] }];
      dropped.nameTooLong.add(name);
      return [];
    });
  };

  const idOf = (name: string, field: string): number => {
    if (layout.listed !== undefined) fieldsMet.add(field);
    if (name.length > maxNameLength) {
      nameTooLong.add(name);
      return -1;
    }
    const id = ids.get(name);
    if (id === undefined) return add(name, field);
    const { fields } = columns[id] as Column;
    if (!fields.includes(field)) fields.push(field);
    return id;
  };

  return {
    idOf,
    compare: (a, b) => {
      const [first, second] = [columns[a], columns[b]];
      if (!first || !second) return (first ? 0 : 1) - (second ? 0 : 1);
      return comparePlaced(placed(first), placed(second));
    },
    finish: () => {
      dropped = { overLimit: countNames(overLimit.kept()), nameTooLong: countNames(nameTooLong.kept()) };
      const all = sorted([...known(), ...empty()]);
      for (const { name } of all.splice(maxColumns)) dropped.overLimit.add(name);
      written = all.length;
      const at = new Map(all.map((column, position) => [column, position]));
      return {
        names: all.map(({ name }) => name),
        positions: Int32Array.from(columns, (column) => (column && at.get(column)) ?? -1),
      };
    },
    report: () => ({
      written,
      overLimit: dropped.overLimit.read(),
      nameTooLong: dropped.nameTooLong.read(),
      unlisted: none,
    }),
    learned: () => ({
      ...nothingLearned,
      columns: columns.map((column) => column && { name: column.name, fields: column.fields }),
      fields: [...fieldsMet],
      places: [...(layout.learned?.() ?? [])],
      overLimit: overLimit.kept(),
      nameTooLong: nameTooLong.kept(),
    }),
    learn: (learned) => {
      // Before the columns, because a place decides which of them are kept.
      for (const [field, place] of learned.places) layout.learn?.(field, place);
      for (const column of learned.columns) if (column !== null) for (const field of column.fields) idOf(column.name, field);
      for (const field of learned.fields) fieldsMet.add(field);
      overLimit.learn(learned.overLimit);
      nameTooLong.learn(learned.nameTooLong);
    },
  };
}

/** Before every other place: the limit of a table without columns. */
const firstOfAll: Placed = { place: -1, path: [] };

function comparePlaced(a: Placed, b: Placed): number {
  return a.place - b.place || comparePaths(a.path, b.path);
}
