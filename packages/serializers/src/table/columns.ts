import type { Layout } from '@dataset-items/query-pipeline';
import { countLeftOut } from './left-out.js';
import { type ColumnPath, columnPath, comparePaths } from './order.js';
import type { ColumnReport } from './table.js';

/** What became of the columns when the last record is in. */
export interface FinalColumns {
  readonly names: readonly string[];
  /** Column id to index in `names`, -1 where it is left out. */
  readonly positions: Int32Array;
}

/** Names of columns as they are met, by id. */
export interface Columns {
  /** @returns -1 for a column that is left out for good */
  idOf(name: string, field: string): number;
  /** The order in which two columns will stand, as far as is known. */
  compare(a: number, b: number): number;
  finish(): FinalColumns;
  report(): ColumnReport;
}

export interface ColumnLimits {
  /** Default 2000. */
  readonly maxColumns?: number | undefined;
  /** In UTF-16 units. Default 200. */
  readonly maxNameLength?: number | undefined;
}

/** The caller's columns, in the caller's order; others are left out. */
export function fixedColumns(names: readonly string[]): Columns {
  const ids = new Map(Array.from(new Set(names), (name, id) => [name, id]));
  const unlisted = countLeftOut();
  return {
    idOf: (name) => {
      const id = ids.get(name);
      if (id === undefined) unlisted.add(name);
      return id ?? -1;
    },
    compare: (a, b) => a - b,
    finish: () => ({ names: [...ids.keys()], positions: Int32Array.from(ids.values()) }),
    report: () => ({ ...nothingLeftOut, written: ids.size, unlisted: unlisted.read() }),
  };
}

const nothing = countLeftOut().read();
const nothingLeftOut = { overLimit: nothing, nameTooLong: nothing, unlisted: nothing };

interface Column {
  readonly name: string;
  readonly path: ColumnPath;
  /** Top-level fields whose values gave this column; nearly always one. */
  readonly fields: string[];
  readonly leftOut: boolean;
}

/** Stands for every column that is left out for good; rows met before may still name it. */
const forgotten: Column = { name: '', path: [], fields: [], leftOut: true };

/** Columns learned from records, ordered as SEMANTICS section 6 says. */
export function foundColumns(layout: Layout, { maxColumns = 2000, maxNameLength = 200 }: ColumnLimits): Columns {
  const columns: Column[] = [];
  const ids = new Map<string, number>();
  const fieldsMet = new Set<string>();
  const overLimit = countLeftOut();
  const nameTooLong = countLeftOut();
  let last: Column | undefined;
  let written = 0;

  const place = ({ fields }: Column): number => Math.min(...fields.map(layout.place));
  const compareColumns = (a: Column, b: Column): number => place(a) - place(b) || comparePaths(a.path, b.path);
  const sorted = (): Column[] => columns.filter(({ leftOut }) => !leftOut).sort(compareColumns);

  /** Columns that can no longer come under the limit are forgotten, so that keys that never repeat cannot fill the memory. */
  const prune = (): void => {
    const kept = sorted();
    for (const column of kept.splice(maxColumns)) {
      columns[ids.get(column.name) as number] = forgotten;
      overLimit.add(column.name);
      ids.delete(column.name);
    }
    last = kept.at(-1);
  };

  const add = (name: string, field: string): number => {
    const column = { name, path: columnPath(name), fields: [field], leftOut: false };
    if (last !== undefined && compareColumns(column, last) > 0) {
      overLimit.add(name);
      return -1;
    }
    const id = columns.push(column) - 1;
    ids.set(name, id);
    if (layout.settled && ids.size > 2 * maxColumns + 1000) prune();
    return id;
  };

  const missing = (): Column[] => {
    const placesTaken = new Set(Array.from(fieldsMet, layout.place));
    return (layout.listed ?? []).flatMap((name, at) => {
      if (name === undefined || placesTaken.has(at) || fieldsMet.has(name) || ids.has(name)) return [];
      return [{ name, path: columnPath(name), fields: [name], leftOut: false }];
    });
  };

  return {
    idOf: (name, field) => {
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
    },
    compare: (a, b) => compareColumns(columns[a] as Column, columns[b] as Column),
    finish: () => {
      const empty = missing().filter(({ name }) => name.length <= maxNameLength || void nameTooLong.add(name));
      const all = [...sorted(), ...empty].sort(compareColumns);
      for (const { name } of all.splice(maxColumns)) overLimit.add(name);
      written = all.length;
      const at = new Map(all.map((column, position) => [column, position]));
      return { names: all.map(({ name }) => name), positions: Int32Array.from(columns, (column) => at.get(column) ?? -1) };
    },
    report: () => ({ written, overLimit: overLimit.read(), nameTooLong: nameTooLong.read(), unlisted: nothing }),
  };
}
