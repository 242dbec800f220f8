import {
  type Batch,
  type Compiled,
  type Item,
  type Json,
  type Records,
  type Scalar,
  setField,
  TooManyRecordsError,
  wholeRecords,
} from '@dataset-items/query-pipeline';
import { type PlainOptions, plainRecords, type Source, type Window } from '@dataset-items/sources';

/** Changes to the records of a query before they are written. */
export interface Shaping {
  /** Returns the record to write, or `undefined` to write none. Called after the query and after `filter`. */
  readonly map?: ((record: Item) => object | undefined) | undefined;
  /** Whether a record is written. Called after the query. */
  readonly filter?: ((record: Item) => boolean) | undefined;
  /**
   * Returns the value that a format with columns writes instead, such as a date in a local format. A `Date` is written as its ISO text.
   * @param column name of the column, before `columnLabels`
   */
  readonly cell?: ((value: Scalar, column: string) => Scalar | Date) | undefined;
  /** Largest number of records to write. Default: no limit. */
  readonly maxRecords?: number | undefined;
  /**
   * What to do if there are more: fail, if possible before the first byte (docs/library.md#bounds), or end the export as a complete one
   * whose report says so. Default `fail`.
   */
  readonly beyondMaxRecords?: 'fail' | 'end' | undefined;
}

/** The records of a query that are written: shaped, limited and counted. @param handed is kept up to date */
export function shaped(records: Records, shaping: Shaping & PlainOptions, kind: 'document' | 'table', handed: Handed): Records {
  const shape = shaper(shaping, kind === 'table', plainRecords('records', shaping));
  const { layout, neverFound } = records;
  if (shape !== undefined) {
    const batches = bounded(eachBatch(wholeRecords(records), shape), shaping, handed);
    return { kind: 'whole', layout, neverFound, batches };
  }
  return records.kind === 'listed'
    ? { ...records, batches: bounded(records.batches, shaping, handed) }
    : { ...records, batches: bounded(records.batches, shaping, handed) };
}

type Shape = (batch: Batch) => Batch;

async function* eachBatch(batches: AsyncIterable<Batch>, shape: Shape): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    const made = shape(batch);
    // An empty batch would mean that the input pauses.
    if (made.length > 0 || batch.length === 0) yield made;
  }
}

/** `undefined`: records stay unchanged. @param take converts the result of `map` to plain JSON */
function shaper(
  { map, filter, cell }: Shaping,
  isTable: boolean,
  take: (record: unknown, number: number) => Item,
): Shape | undefined {
  if (map === undefined && filter === undefined && (cell === undefined || !isTable)) return undefined;
  let number = -1;
  return (batch) => {
    const shaped: Item[] = [];
    for (const record of batch) {
      number++;
      if (filter !== undefined && !isKept(filter(record))) continue;
      const mapped = map === undefined ? record : map(record);
      if (mapped === undefined) continue;
      const plain = mapped === record ? record : take(mapped, number);
      shaped.push(cell === undefined || !isTable ? plain : (withCells(plain, '', cell) as Item));
    }
    return shaped;
  };
}

/** A promise would keep every record. @throws TypeError */
function isKept(answer: unknown): boolean {
  if (typeof answer === 'object' && answer !== null && 'then' in answer) {
    throw new TypeError('filter: got a promise, expected true or false for each record');
  }
  return Boolean(answer);
}

/** A copy in which each leaf is replaced by the result of `cell`. */
function withCells(value: Json, column: string, cell: NonNullable<Shaping['cell']>): Json {
  if (typeof value !== 'object' || value === null) {
    return cellOf(cell(value, column));
  }
  const inside = (name: string | number): string => (column === '' ? String(name) : `${column}/${name}`);
  if (Array.isArray(value)) return value.map((element, index) => withCells(element, inside(index), cell));
  const copy: Record<string, Json> = {};
  for (const [name, inner] of Object.entries(value)) setField(copy, name, withCells(inner, inside(name), cell));
  return copy;
}

/** @throws TypeError for a value that is not one cell */
function cellOf(made: Scalar | Date): Scalar {
  if (made instanceof Date) return Number.isNaN(made.getTime()) ? null : made.toISOString();
  if (made === null || !['object', 'function', 'bigint', 'symbol'].includes(typeof made)) return made;
  throw new TypeError(`cell: got a value of type ${typeof made}, expected text, a number, true, false, null or a date`);
}

/** The records handed on. */
export interface Handed {
  records: number;
  /** There were more records. */
  ended: boolean;
}

/** Hands on a limited number of records and counts them. @throws TooManyRecordsError */
export async function* bounded<R>(
  batches: AsyncIterable<readonly R[]>,
  { maxRecords = Number.POSITIVE_INFINITY, beyondMaxRecords = 'fail' }: Shaping,
  handed: Handed,
): AsyncGenerator<readonly R[]> {
  for await (const batch of batches) {
    const left = maxRecords - handed.records;
    if (batch.length <= left) {
      handed.records += batch.length;
      yield batch;
      continue;
    }
    if (beyondMaxRecords === 'fail') throw new TooManyRecordsError(maxRecords);
    handed.records = maxRecords;
    handed.ended = true;
    if (left > 0) yield batch.slice(0, left);
    return;
  }
}

/**
 * Checks `maxRecords` before anything is read: if a query makes one record of each item, their number follows from the source's total.
 * @throws TooManyRecordsError
 */
export async function refuseTooMany(
  source: Pick<Source, 'total'>,
  window: Window,
  { isOneToOne }: Pick<Compiled, 'isOneToOne'>,
  { maxRecords, beyondMaxRecords = 'fail', map, filter }: Shaping,
): Promise<void> {
  if (maxRecords === undefined || beyondMaxRecords === 'end' || !isOneToOne || (map ?? filter) !== undefined) return;
  const total = await source.total();
  if (total !== undefined && Math.min(window.limit, total - window.offset) > maxRecords)
    throw new TooManyRecordsError(maxRecords);
}
