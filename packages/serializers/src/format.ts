import { type Arguments, type Facts, type Registry, type Scalar, toggle } from '@dataset-items/query-pipeline';
import type { ByteWriter } from './bytes.js';
import type { MendedTally } from './mended.js';
import type { Records } from './table/build.js';
import type { RowForm, Table } from './table/table.js';

/** Options that every text format takes. */
export const textParameters = {
  bom: toggle('Start with a byte order mark', { defaultText: 'on for csv, off for the other formats' }),
} as const;
export type TextOptions = Arguments<typeof textParameters>;

/** @param keeps whether a field of a record is written, by its name; the same each time. Default: all are. */
export type DocumentSerializer = (records: Records, keeps?: KeepsField) => AsyncIterable<Uint8Array>;
export type KeepsField = (name: string) => boolean;
export type TableSerializer = (table: Table) => AsyncIterable<Uint8Array>;
/** Writes one cell as it will stand in a row; the cell knows neither its column nor its row. */
export interface CellWriter {
  (writer: ByteWriter, value: Scalar): void;
  /** What stands around the cells of a row. Default: nothing. */
  readonly row?: RowForm;
  /** Where it says so of every cell that it mends: a cell that the row before has as well can be copied. Default: none is. */
  readonly mended?: Pick<MendedTally, 'valueCount'>;
}

interface FormatFacts<P extends Registry> {
  readonly summary: string;
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
  /** Other extensions that files of this format go by. */
  readonly otherExtensions?: readonly string[];
  /** Parameters of this format alone. */
  readonly parameters: P;
}

/** A format without columns. */
export interface DocumentFormat<P extends Registry> extends FormatFacts<P> {
  readonly kind: 'document';
  /** @param mended told of what the format cannot hold as it is */
  serializer(options: Arguments<P> & TextOptions, facts: Facts, mended: MendedTally): DocumentSerializer;
}

/** A format with columns. Cells are written as records come, and kept as bytes until the columns are known. */
export interface TableFormat<P extends Registry> extends FormatFacts<P> {
  readonly kind: 'table';
  /** @param mended told of what the format cannot hold as it is */
  cellWriter(options: Arguments<P> & TextOptions, mended: MendedTally): CellWriter;
  serializer(options: Arguments<P> & TextOptions, facts: Facts, mended: MendedTally): TableSerializer;
}

/** For registries: checks a format and keeps its own type. */
export function documentFormat<const P extends Registry>(format: Omit<DocumentFormat<P>, 'kind'>): DocumentFormat<P> {
  return { kind: 'document', ...format };
}

export function tableFormat<const P extends Registry>(format: Omit<TableFormat<P>, 'kind'>): TableFormat<P> {
  return { kind: 'table', ...format };
}
