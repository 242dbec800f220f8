import {
  type Arguments,
  type Facts,
  flag,
  type Item,
  type Records,
  type Registry,
  type Scalar,
  toggle,
  type Values,
} from '@dataset-items/query-pipeline';
import type { ByteWriter } from './bytes.js';
import type { EscapeTable } from './escapes.js';
import type { ReplacementTally } from './replacements.js';
import type { RowBlock, RowForm, Table } from './table/table.js';

/** Options of every text format. */
export const textParameters = {
  exact: flag(
    'Keep each number as it is spelled in JSON text, instead of printing it as JavaScript does; refused for input that is not JSON, for formats that cannot keep spellings, and with code that gets the values',
    { local: true },
  ),
  bom: toggle('Start with a byte order mark', { defaultText: 'on for csv, off for the other formats' }),
} as const;
export type TextOptions = Arguments<typeof textParameters>;

/** An empty batch of records means that the input pauses: what the serializer holds is then handed on. */
export type DocumentSerializer = (records: Records) => AsyncIterable<Uint8Array>;
export type TableSerializer = (table: Table) => AsyncIterable<Uint8Array>;
/** Writes one cell, independent of its column and row. */
export interface CellWriter {
  (writer: ByteWriter, value: Scalar): void;
  /** Text around and between the cells of a row. Default: none. */
  readonly row?: RowForm;
}

/** How a format writes cells, as data. */
export interface CellForm {
  /** The escapes of text. Its quotes are written with the texts around the cell. */
  readonly text: EscapeTable;
  readonly row: RowForm;
  /** Written before and after text, numbers and booleans. */
  readonly before: string;
  readonly after: string;
  /** The same for numbers, if it differs. */
  readonly number?: { readonly before: string; readonly after: string };
  /** Instead of `before`, for text that begins or ends with a blank or control character. */
  readonly beforeBlanks?: string;
  /** Largest number of UTF-16 units of text. Longer text is written by `cellWriter`. */
  readonly longest?: number;
  readonly nullCell: string;
  /** Written before text that begins with one of these characters. */
  readonly guard?: { readonly characters: string; readonly by: string } | undefined;
}

/** The properties of every format. */
export interface FormatFacts<P extends Registry = Registry> {
  readonly summary: string;
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
  /** Other extensions of files of this format. */
  readonly otherExtensions?: readonly string[];
  /** Binary and already compressed. Default: text. */
  readonly binary?: true;
  /** It writes numbers as they are spelled if asked to (`exact`). Default: it gets them as JavaScript has read them. */
  readonly keepsSpelling?: true;
  /** The parameter for the URL of the export, if the format links to it. */
  readonly linkParameter?: string;
  /** Headers that an HTTP response in this format needs besides its media type. */
  readonly headers?: () => Readonly<Record<string, string>>;
  /** Tables of escapes by the place of the text. Empty if the format uses no such table. */
  readonly texts: Readonly<Record<string, EscapeTable>>;
  /** Parameters of this format only. */
  readonly parameters: P;
}

/** How a format writes records, as data: as JSON texts, or as elements. */
export type RecordForm = JsonForm | ElementsForm;

export interface JsonForm {
  readonly kind: 'json';
  /** Spaces per level. 0: a record is one line. */
  readonly indent: number;
  /** After each record. */
  readonly after: string;
}

/** The element or attribute of a path of the records. Decided once per path. */
export interface ElementPlace {
  /** The texts up to a value and after it; `outerEnd`: after elements inside. It ends with `end`. */
  readonly tag: { readonly start: string; readonly end: string; readonly outerEnd: string };
  /** Number of elements around it. */
  readonly depth: number;
  /** The name of the field, if it had to be changed. */
  readonly changed: string | undefined;
  /** An object here has the attributes of the element around it. */
  readonly isAttributes: boolean;
  /** A scalar here is the text of the element around it, unless that has elements inside. */
  readonly isText: boolean;
  /** A record that has it must be written by `recordWriter`. */
  readonly isOdd: boolean;
  /** The names of the attributes inside that are known so far. */
  readonly attributes: Set<string>;
}

export interface ElementsForm {
  readonly kind: 'elements';
  /** The escapes of text and of attributes. */
  readonly text: EscapeTable;
  readonly attribute: EscapeTable;
  /** What follows the name of an element: before text, before elements, and if it is empty. */
  readonly afterName: { readonly text: string; readonly outer: string; readonly empty: string };
  /** After each record. */
  readonly after: string;
  readonly record: ElementPlace;
  /** The place of a field inside of an object. */
  field(parent: ElementPlace, key: string): ElementPlace;
  /** The place of the values of an array. */
  value(array: ElementPlace): ElementPlace;
  /** Called when a record has a place whose name was changed. */
  report(place: ElementPlace): void;
}

/** A document as what stands around its records, so that parts of it can be written apart (docs/scale.md). */
export interface DocumentFrame {
  /** The text at the start. */
  head(): string | Promise<string>;
  /** Before the first record. Default: nothing. */
  readonly first?: string;
  /** Between two records. Default: nothing. */
  readonly between?: string;
  /** The text at the end. @param any whether there is a record */
  tail(any: boolean): string;
  /** The rules of `recordWriter` as data. Absent if data cannot express them. */
  readonly form?: RecordForm;
  /** Makes the function that writes a record, with what follows each one. */
  recordWriter(): WriteRecord<Item>;
  /** The same for items whose fields `drops` says are passed over. Absent: such records are built first. */
  filteredWriter?(drops: (name: string) => boolean): WriteRecord<Item>;
  /** The same for records that are given as the values of these names. Absent, or it gives `undefined`: such records are built first. */
  valuesWriter?(names: readonly string[]): WriteRecord<Values> | undefined;
}

export type WriteRecord<R> = (writer: ByteWriter, record: R) => void;

/** A table as what stands around its rows, if each row is written the same wherever it stands. */
export interface TableFrame {
  /** Writes what is before the rows. Without columns there are no rows. */
  head(writer: ByteWriter, columns: readonly string[]): void;
  /** Writes what is after the rows. */
  tail(writer: ByteWriter, columns: readonly string[]): void;
}

/** Consecutive rows of a table that are written apart from the others, of a format in which a row is written by its number. Plain data. */
export interface RowRun {
  /** Number of rows of the table before it. */
  readonly skip: number;
  /** The sheet, from 0, and the rows of it, counted with its header row: those after this number, up to that one. */
  readonly sheet: number;
  readonly after: number;
  readonly upTo: number;
  /** Whether the sheet ends with it. */
  readonly isLast: boolean;
}

/** Checksum and sizes of a run, by which runs are joined. */
export interface RunContent {
  readonly crc: number;
  readonly size: number;
  readonly compressedSize: number;
}

/** Blocks of rows, each with what says in which columns its cells are; `skip`: the number of its first rows to pass over. */
export type FramedBlocks = AsyncIterable<{
  readonly frame: Pick<Table, 'shapes' | 'positions'>;
  readonly block: RowBlock;
  readonly skip?: number;
}>;

/** A table as runs of rows, if a row is written by its number. */
export interface TableRuns {
  /** Splits rows into runs of about so many rows. There is at least one run. */
  split(rows: number, columns: readonly string[], least: number): readonly RowRun[];
  /** What every run needs to know of the first rows of the table. Plain data. */
  measure(columns: readonly string[], blocks: FramedBlocks): Promise<readonly number[]>;
  /**
   * Writes a run. `content` is known after the last chunk.
   * @param blocks begin with the first row of the run
   * @param making `openNumbered` and `reusesChunks` as of `Table`
   */
  write(
    run: RowRun,
    columns: readonly string[],
    measures: readonly number[],
    blocks: FramedBlocks,
    making?: Pick<Table, 'openNumbered' | 'reusesChunks'>,
  ): { readonly bytes: AsyncIterable<Uint8Array>; content(): RunContent };
  /** The file: bytes, and the index of each run in its place. */
  join(
    columns: readonly string[],
    runs: readonly { readonly run: RowRun; readonly content: RunContent }[],
  ): AsyncIterable<Uint8Array | { readonly run: number }>;
}

/** A format without columns. */
export interface DocumentFormat<P extends Registry> extends FormatFacts<P> {
  readonly kind: 'document';
  /** The rules of `serializer` for a document that is written in parts. Absent if it must be written in one go. */
  frame?(options: Arguments<P> & TextOptions, facts: Facts, replaced: ReplacementTally): DocumentFrame;
  /** @param replaced receives reports of what the format cannot contain as it is */
  serializer(options: Arguments<P> & TextOptions, facts: Facts, replaced: ReplacementTally): DocumentSerializer;
}

/** A format with columns. Cells are written when a record arrives and kept as bytes until the columns are known. */
export interface TableFormat<P extends Registry> extends FormatFacts<P> {
  readonly kind: 'table';
  /** The rules of `cellWriter` as data. Absent if data cannot express them. */
  cellForm?(options: Arguments<P> & TextOptions): CellForm | undefined;
  /** The serializer takes the rows of a part as they come (`TableOptions`). */
  readonly isPart?: true;
  /** The rules of `serializer` for a table that is written in parts. Absent if it must be written in one go. */
  frame?(options: Arguments<P> & TextOptions, facts: Facts, replaced: ReplacementTally): TableFrame;
  /** The same for a table whose rows are written by their numbers. */
  runs?(options: Arguments<P> & TextOptions, facts: Facts, replaced: ReplacementTally): TableRuns;
  /** @param replaced receives reports of what the format cannot contain as it is */
  cellWriter(options: Arguments<P> & TextOptions, replaced: ReplacementTally): CellWriter;
  serializer(options: Arguments<P> & TextOptions, facts: Facts, replaced: ReplacementTally): TableSerializer;
}

/** For registries: checks the type of a format and keeps its exact type. */
export function documentFormat<const P extends Registry>(format: Omit<DocumentFormat<P>, 'kind'>): DocumentFormat<P> {
  return { kind: 'document', ...format };
}

export function tableFormat<const P extends Registry>(format: Omit<TableFormat<P>, 'kind'>): TableFormat<P> {
  return { kind: 'table', ...format };
}
