/**
 * The response of `GET /_explorer/figures/:datasetId?<parameters of a query>`: figures of the columns that a table of the query has, as
 * `inspectColumns` of the exporter makes them. The parameter `mostItems` bounds the number of items that are read.
 */
export interface TableFigures {
  readonly items: number;
  /** Every item of the window was read. */
  readonly all: boolean;
  readonly rows: number;
  /** In the order of the table. */
  readonly columns: readonly ColumnFigures[];
  readonly report: ColumnReport;
}

export interface ColumnReport {
  readonly written: number;
  readonly overLimit: NameCount;
  readonly nameTooLong: NameCount;
  readonly unlisted: NameCount;
}

export interface NameCount {
  readonly count: number;
  readonly atLeast: boolean;
  readonly examples: readonly string[];
}

export type Scalar = string | number | boolean | null;

export interface ColumnFigures {
  readonly name: string;
  /** Number of cells by kind. */
  readonly kinds: Readonly<Partial<Record<CellKind, number>>>;
  readonly filled: number;
  readonly distinct: { readonly count: number; readonly estimated: boolean };
  readonly frequent: readonly { readonly value: Scalar; readonly count: number; readonly atLeast: boolean }[];
  readonly numbers?: Histogram;
  readonly dates?: Histogram;
  readonly lengths?: Histogram;
  readonly example?: Scalar;
}

export type CellKind = 'boolean' | 'date' | 'empty' | 'image' | 'link' | 'null' | 'number' | 'text';

export interface Histogram {
  readonly min: number;
  readonly max: number;
  readonly from: number;
  readonly width: number;
  readonly counts: readonly number[];
}
