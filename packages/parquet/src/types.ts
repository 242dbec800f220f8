import type { Scalar } from '@dataset-items/query-pipeline';
import type { SchemaElement } from 'hyparquet';

/** The kinds of values, as bits. The kinds of several values are combined with `|`. */
const INT32 = 1;
const INT64 = 2;
const DOUBLE = 4;
const BOOLEAN = 8;
const TEXT = 16;

const MAX_INT32 = 0x7fffffff;

/** The kinds of value found in each column so far. */
export type Kinds = Uint8Array;

export function noteKinds(kinds: Kinds, row: readonly Scalar[]): void {
  for (let column = 0; column < row.length; column++) {
    const value = row[column];
    if (value !== null && value !== undefined) kinds[column] = (kinds[column] as number) | kindOf(value);
  }
}

function kindOf(value: NonNullable<Scalar>): number {
  if (typeof value === 'string') return TEXT;
  if (typeof value === 'boolean') return BOOLEAN;
  if (!Number.isSafeInteger(value) || Object.is(value, -0)) return DOUBLE;
  return Math.abs(value) <= MAX_INT32 ? INT32 : INT64;
}

/** How a column is stored, and how a cell that is not null is converted to a value of the column. */
export interface ColumnType {
  readonly element: Pick<SchemaElement, 'type' | 'converted_type'>;
  store(value: NonNullable<Scalar>): unknown;
}

const same = (value: NonNullable<Scalar>): unknown => value;
const text: ColumnType = {
  element: { type: 'BYTE_ARRAY', converted_type: 'UTF8' },
  store: String,
};

/** The narrowest type for all values found. Text if no other type fits, and if there was no value. */
export function typeFor(kinds: number): ColumnType {
  if (kinds === BOOLEAN) return { element: { type: 'BOOLEAN' }, store: same };
  if (kinds === 0 || kinds >= BOOLEAN) return text;
  if (kinds >= DOUBLE) return { element: { type: 'DOUBLE' }, store: same };
  if (kinds >= INT64) return { element: { type: 'INT64' }, store: (value) => BigInt(value) };
  return { element: { type: 'INT32' }, store: same };
}
