import {
  type Arguments,
  byteOrderMark,
  type Facts,
  type Item,
  type Registry,
  type Scalar,
  wholeRecords,
} from '@dataset-items/query-pipeline';
import { ByteWriter } from './bytes.js';
import {
  type DocumentFormat,
  documentFormat,
  type FormatFacts,
  type TableFormat,
  type TextOptions,
  tableFormat,
} from './format.js';
import { utf8 } from './platform.js';
import type { Table } from './table/table.js';

/** Text, which is written as UTF-8, or bytes. */
export type Part = string | Uint8Array;
export type Parts = Iterable<Part> | AsyncIterable<Part>;

/** The properties of a custom format. */
interface OwnFacts<P extends Registry> extends Partial<Pick<FormatFacts, 'summary' | 'otherExtensions' | 'binary'>> {
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
  /** Parameters of this format only, made with `flag`, `text`, `wholeNumber` and so on. Default: none. */
  readonly parameters?: P;
}

/** A table as rows of cells. For one walk. */
export interface CellTable {
  readonly columns: readonly string[];
  /** The cells of each row in the order of the columns; null where a record has no value. */
  readonly rows: AsyncIterable<readonly Scalar[]>;
}

export interface OwnTableFormat<P extends Registry> extends OwnFacts<P> {
  /** The whole file in parts, of any size. */
  write(table: CellTable, options: Arguments<P> & TextOptions, facts: Facts): Parts;
}

export interface OwnDocumentFormat<P extends Registry> extends OwnFacts<P> {
  /** The whole file in parts, of any size. @param records for one walk */
  write(records: AsyncIterable<Item>, options: Arguments<P> & TextOptions, facts: Facts): Parts;
}

/** Defines a custom format with columns, from rows of cells. `tableFormat` does the same without keeping cells as text in between. */
export function defineTableFormat<const P extends Registry = Record<never, never>>(own: OwnTableFormat<P>): TableFormat<P> {
  return tableFormat<P>({
    ...factsOf(own),
    cellWriter: () => Object.assign(writeCell, { row: jsonRow }),
    serializer: (options, facts) => (table) =>
      inChunks(own.write({ columns: table.columns, rows: rowsOf(table) }, options, facts), own, options),
  });
}

/** Defines a custom format without columns, from records. */
export function defineDocumentFormat<const P extends Registry = Record<never, never>>(
  own: OwnDocumentFormat<P>,
): DocumentFormat<P> {
  return documentFormat<P>({
    ...factsOf(own),
    serializer: (options, facts) => (records) =>
      inChunks(own.write(oneByOne(wholeRecords(records)), options, facts), own, options),
  });
}

function factsOf<P extends Registry>({ summary, mediaType, extension, otherExtensions, binary, parameters }: OwnFacts<P>) {
  return {
    summary: summary ?? mediaType,
    mediaType,
    extension,
    ...(otherExtensions && { otherExtensions }),
    ...(binary && { binary }),
    texts: {},
    parameters: parameters ?? ({} as P),
  };
}

/** Rows are kept as lines of JSON until they are read back. Each line is an array of cells. */
const jsonRow = { start: '[', separator: ',', end: ']\n', gap: 'null' };

function writeCell(writer: ByteWriter, value: Scalar): void {
  writer.text(JSON.stringify(value));
}

async function* rowsOf(table: Table): AsyncGenerator<readonly Scalar[]> {
  const writer = new ByteWriter();
  let rest = '';
  const split = function* (text: string): Generator<readonly Scalar[]> {
    const lines = `${rest}${text}`.split('\n');
    rest = lines.pop() ?? '';
    for (const line of lines) yield JSON.parse(line);
  };
  const decoder = new TextDecoder();
  for await (const chunk of table.write(writer)) yield* split(decoder.decode(chunk, { stream: true }));
  if (writer.length > 0) yield* split(decoder.decode(writer.take()));
}

async function* oneByOne(batches: AsyncIterable<readonly Item[]>): AsyncGenerator<Item> {
  for await (const batch of batches) yield* batch;
}

/** UTF-16 units or bytes after which a chunk is passed on. */
const CHUNK = 64 * 1024;

async function* inChunks(parts: Parts, { binary }: OwnFacts<Registry>, { bom }: TextOptions): AsyncGenerator<Uint8Array> {
  let text = bom && !binary ? byteOrderMark : '';
  for await (const part of parts) {
    if (typeof part === 'string') text += part;
    else {
      if (text !== '') yield utf8(text);
      text = '';
      if (part.length > 0) yield part;
    }
    if (text.length < CHUNK) continue;
    yield utf8(text);
    text = '';
  }
  if (text !== '') yield utf8(text);
}
