import type { Scalar } from '@dataset-items/query-pipeline';
import { type Histogram, histogram } from './histogram.js';
import { type CellKind, kindOf, timeOf } from './kinds.js';
import { countValues, type Distinct, type FrequentValue, type Room, shortened } from './values.js';

/** Figures of one column. A cell is *filled* unless it is null or empty text. */
export interface ColumnFigures {
  /** Name of the column in a table of the query. */
  readonly name: string;
  /** Number of cells by kind. Rows without the column have no cell. */
  readonly kinds: Readonly<Partial<Record<CellKind, number>>>;
  /** Number of filled cells. Divided by the number of rows it is the fill rate. */
  readonly filled: number;
  /** Different values of filled cells. `1` and `"1"` are two values. */
  readonly distinct: Distinct;
  /** The most frequent values of filled cells, at most 10. */
  readonly frequent: readonly FrequentValue[];
  /** Of cells that are numbers. */
  readonly numbers?: Histogram;
  /** Of cells that are dates, in milliseconds since 1970. */
  readonly dates?: Histogram;
  /** Of filled cells of text, of all kinds: their lengths in UTF-16 units. */
  readonly lengths?: Histogram;
  /** The first filled cell. Long text is cut as in `frequent`. */
  readonly example?: Scalar;
}

export interface ColumnTally {
  add(value: Scalar): void;
  read(name: string): ColumnFigures;
  /** Gives back the room of the values. */
  free(): void;
}

const FREQUENT = 10;

export function tallyColumn(room: Room): ColumnTally {
  const kinds: Partial<Record<CellKind, number>> = {};
  const values = countValues(room);
  const [numbers, dates, lengths] = [histogram(), histogram(), histogram()];
  let filled = 0;
  let example: Scalar | undefined;
  return {
    add: (value) => {
      const kind = kindOf(value);
      kinds[kind] = (kinds[kind] ?? 0) + 1;
      if (kind === 'null' || kind === 'empty') return;
      filled++;
      example ??= shortened(value);
      values.add(value);
      if (typeof value === 'number') numbers.add(value);
      if (typeof value !== 'string') return;
      lengths.add(value.length);
      if (kind === 'date') dates.add(timeOf(value) as number);
    },
    read: (name) => ({
      name,
      kinds: { ...kinds },
      filled,
      distinct: values.distinct(),
      frequent: values.frequent(FREQUENT),
      ...present('numbers', numbers.read()),
      ...present('dates', dates.read()),
      ...present('lengths', lengths.read()),
      ...present('example', example),
    }),
    free: values.free,
  };
}

function present<N extends string, T>(name: N, value: T | undefined): { readonly [P in N]?: T } {
  return value === undefined ? {} : ({ [name]: value } as { readonly [P in N]?: T });
}
