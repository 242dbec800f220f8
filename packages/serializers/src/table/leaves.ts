import {
  type Columns,
  columnName,
  fieldsOf,
  type Item,
  type Json,
  type KeyIndex,
  keyAfter,
  keyIndex,
  objectsInherit,
  type PredictedKey,
  type Records,
  type Scalar,
  type Values,
  wholeRecords,
} from '@dataset-items/query-pipeline';

/** Largest number of values of a record that are read at once. A record with more values is read again in parts of this size. */
const PART = 4096;
/** Largest number of nodes that are kept. For a path without a kept node, the column name is made for each record. */
const MAX_NODES = 50_000;
const UNKNOWN = -2;

/** A path of values in records, such as `user/name`. */
interface Node extends PredictedKey<Node> {
  /** Name of the column of a scalar here. */
  readonly name: string;
  /** The top-level field that contains it. */
  readonly field: string;
  /** Column id. -1: the column is dropped; `UNKNOWN`: no value has been read here. */
  column: number;
  /** The fields of an object here, or the elements of an array. */
  readonly inside: KeyIndex<Node>;
  /** The node before the first field of an object here. */
  before: Node | undefined;
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
  const inherits = objectsInherit();
  const room = { left: MAX_NODES };
  const top = keyIndex((key) => node(key, key, key), room);
  const beforeTop = nameless();

  const leaves: Leaves = {
    seen: 0,
    count: 0,
    columns: [],
    values: [],
    read: (record) => {
      begin();
      try {
        visit(record, top, beforeTop);
      } catch (error) {
        return inParts(error, visitInParts(record, top));
      }
      return undefined;
    },
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
      return (values) => {
        begin();
        try {
          takeAll(values);
        } catch (error) {
          return inParts(error, takeAllInParts(values));
        }
        return undefined;
      };
    },
  };
  /** Number of values read of the current record, or of its current part. */
  let seen = 0;
  /** The current record is read in parts. */
  let isParted = false;

  /** Before a record, which is read at once, as nearly every one is. */
  function begin(): void {
    leaves.count = 0;
    seen = 0;
    isParted = false;
  }

  /** Starts again with a record that has too many values. @param error why reading it at once ended */
  function inParts(error: unknown, parts: Parts): Parts {
    if (error !== tooMany) throw error;
    begin();
    isParted = true;
    return parts;
  }

  function visit(object: Item, index: KeyIndex<Node>, before: Node): void {
    let previous = before;
    for (const key in object) {
      if (inherits && !Object.hasOwn(object, key)) continue;
      previous = keyAfter(previous, key, index);
      take(object[key], previous);
    }
  }

  function take(value: Json | undefined, at: Node): void {
    leaves.seen++;
    if (++seen > PART && !isParted) throw tooMany;
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index++) take(value[index], at.inside.find(String(index)));
      } else {
        at.before ??= nameless();
        visit(value as Item, at.inside, at.before);
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

  function node(key: string, name: string, field: string): Node {
    const inside = keyIndex((inner) => node(inner, columnName(name, inner), field), room);
    return { key, name, field, column: UNKNOWN, inside, before: undefined, next: undefined };
  }

  /** The node before the first field of an object. */
  function nameless(): Node {
    return node('', '', '');
  }

  return leaves;
}

const tooMany = new Error('the record has too many values to read it at once');

/** Walks over records of any kind. @param walk gets the batches and the function that reads one record */
export function readWith<T>(
  leaves: Leaves,
  records: Records,
  walk: <R>(batches: AsyncIterable<readonly R[]>, read: (record: R) => Parts | undefined) => T,
): T {
  if (records.kind === 'listed') return walk(records.batches, leaves.reader(records.names));
  return walk(wholeRecords(records), leaves.read);
}
