import {
  type Columns,
  columnName,
  fieldsOf,
  type Item,
  type Json,
  type KeyIndex,
  keyIndex,
  type Records,
  type Scalar,
  type Values,
} from '@dataset-items/query-pipeline';

/** Largest number of values of a record that are read at once. A record with more values is read again in parts of this size. */
const PART = 4096;
/** Largest number of nodes that are kept. For a path without a kept node, the column name is made for each record. */
const MAX_NODES = 50_000;
const UNKNOWN = -2;

/** A path of values in records, such as `user/name`. */
interface Node {
  /** Name of the column of a scalar here. */
  readonly name: string;
  /** The top-level field that contains it. */
  readonly field: string;
  /** Column id. -1: the column is dropped; `UNKNOWN`: no value has been read here. */
  column: number;
  /** The fields of an object here, or the elements of an array. */
  readonly inside: KeyIndex<Node>;
}

/** The leaves of one record, which are its scalars, in the order of the record. Valid until the next record is read. */
export interface Leaves {
  /** Number of values read so far, in all records. It measures the work done. */
  seen: number;
  /** Number of entries of `columns` and `values` that belong to this record. */
  count: number;
  readonly columns: number[];
  readonly values: Scalar[];
  /** Reads a record. @returns the remaining work of a record with many values, in parts, so that other work can run between them */
  read(record: Item): Parts | undefined;
  /** A reader of records that are given as the values of these names. */
  reader(names: readonly string[]): (values: Values) => Parts | undefined;
}

/** Work in parts: each step of the iterator does one part. */
export type Parts = Iterable<void>;

/** Reads the leaves of records. The column of a leaf is its path joined by `/`; empty arrays and objects have no leaf. */
export function leafReader(columns: Columns): Leaves {
  const room = { left: MAX_NODES };
  const top = keyIndex((key) => node(key, key), room);

  const leaves: Leaves = {
    seen: 0,
    count: 0,
    columns: [],
    values: [],
    read: (record) =>
      wholeOr(
        () => visit(record, top),
        () => visitInParts(record, top),
      ),
    reader: (names) => {
      const fields = fieldsOf(names).map(({ name, place }) => ({ place, node: top.find(name) }));
      const takeAll = (values: Values): void => {
        for (const { place, node } of fields) {
          const value = values[place];
          if (value !== undefined) take(value, node);
        }
      };
      const takeAllInParts = function* (values: Values): Generator<void> {
        for (const { place, node } of fields) yield* takeInParts(values[place], node);
      };
      return (values) =>
        wholeOr(
          () => takeAll(values),
          () => takeAllInParts(values),
        );
    },
  };
  /** Number of values read of the current record, or of its current part. */
  let seen = 0;
  /** The current record is read in parts. */
  let isParted = false;

  /** Reads a record at once, as nearly every one is. One that has too many values is read again in parts. */
  function wholeOr(readWhole: () => void, readInParts: () => Generator<void>): Parts | undefined {
    leaves.count = 0;
    seen = 0;
    isParted = false;
    try {
      readWhole();
      return undefined;
    } catch (error) {
      if (error !== tooMany) throw error;
      leaves.count = 0;
      seen = 0;
      isParted = true;
      return readInParts();
    }
  }

  function visit(object: Item, index: KeyIndex<Node>): void {
    for (const key of Object.keys(object)) take(object[key], index.find(key));
  }

  function take(value: Json | undefined, at: Node): void {
    leaves.seen++;
    if (++seen > PART && !isParted) throw tooMany;
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index++) take(value[index], at.inside.find(String(index)));
      } else {
        visit(value as Item, at.inside);
      }
      return;
    }
    if (value === undefined) return;
    if (at.column === UNKNOWN) at.column = columns.idOf(at.name, at.field);
    if (at.column < 0) return;
    leaves.columns[leaves.count] = at.column;
    leaves.values[leaves.count++] = typeof value === 'number' && !Number.isFinite(value) ? null : (value as Scalar);
  }

  function* visitInParts(object: Item, index: KeyIndex<Node>): Generator<void> {
    for (const key of Object.keys(object)) {
      yield* takeInParts(object[key], index.find(key));
      if (seen >= PART) yield startPart();
    }
  }

  function* takeInParts(value: Json | undefined, at: Node): Generator<void> {
    if (typeof value !== 'object' || value === null) return take(value, at);
    seen++;
    leaves.seen++;
    if (Array.isArray(value)) {
      for (let index = 0; index < value.length; index++) {
        yield* takeInParts(value[index], at.inside.find(String(index)));
        if (seen >= PART) yield startPart();
      }
    } else {
      yield* visitInParts(value as Item, at.inside);
    }
    if (seen >= PART) yield startPart();
  }

  function startPart(): void {
    seen = 0;
  }

  function node(name: string, field: string): Node {
    const inside = keyIndex((inner) => node(columnName(name, inner), field), room);
    return { name, field, column: UNKNOWN, inside };
  }

  return leaves;
}

const tooMany = new Error('the record has too many values to read it at once');

/** Walks over records of either kind. @param walk gets the batches and the function that reads one record */
export function readWith<T>(
  leaves: Leaves,
  records: Records,
  walk: <R>(batches: AsyncIterable<readonly R[]>, read: (record: R) => Parts | undefined) => T,
): T {
  return records.kind === 'listed' ? walk(records.batches, leaves.reader(records.names)) : walk(records.batches, leaves.read);
}
