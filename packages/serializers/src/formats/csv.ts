import { type Arguments, flag, text } from '@dataset-items/query-pipeline';
import { ByteWriter, writeByteOrderMark } from '../bytes.js';
import { type CellWriter, type TextOptions, tableFormat } from '../format.js';
import type { MendedTally } from '../mended.js';
import { rowRenderer } from '../table/rows.js';

const parameters = {
  delimiter: text('The character between cells', {
    placeholder: '<character>',
    defaultText: ',',
    expected: 'one character other than a quote or a line break',
    matches: isDelimiter,
    words: { comma: ',', pipe: '|', semicolon: ';', tab: '\t' },
  }),
  skipHeaderRow: flag('Leave out the row of column names'),
  safe: flag("Put ' before text that a spreadsheet would take for a formula", { local: true }),
} as const;
type CsvOptions = Arguments<typeof parameters> & TextOptions;

const QUOTE = 0x22;
const lineEnd = Buffer.from('\r\n');
/** Up to this many UTF-16 units a loop of our own beats the call into the encoder. */
const SHORT = 40;

/** Every cell but null quoted, lines ended CRLF (SEMANTICS section 7). */
export const csv = tableFormat({
  summary: 'comma separated values, every cell quoted',
  mediaType: 'text/csv; charset=utf-8',
  extension: 'csv',
  parameters,
  cellWriter,
  serializer: (options, _facts, mended) => {
    const delimiter = delimiterBytes(options);
    const writeCell = cellWriter(options, mended);
    const endRow = (writer: ByteWriter): void => {
      writer.length -= delimiter.length;
      writer.copy(lineEnd);
    };
    return async function* (table) {
      if (table.columns.length === 0) return;
      const writer = new ByteWriter();
      if (options.bom ?? true) writeByteOrderMark(writer);
      if (!options.skipHeaderRow) {
        for (const name of table.columns) writeCell(writer, name);
        endRow(writer);
      }
      const render = rowRenderer(table, { gap: delimiter, endRow });
      for await (const block of table.blocks) yield* render(block, writer);
      if (writer.length > 0) yield writer.take();
    };
  },
});

/** A cell and the delimiter after it, which the end of a row takes back. */
function cellWriter(options: CsvOptions, mended: MendedTally): CellWriter {
  const delimiter = delimiterBytes(options);
  const single = delimiter.length === 1 ? (delimiter[0] as number) : undefined;
  const mend = options.safe ? quoteFormula : undefined;
  const writeText = quotedWriter(mended);
  return (writer, value) => {
    if (typeof value === 'number') writeNumber(writer, value);
    else if (value !== null) writeText(writer, mend === undefined || typeof value !== 'string' ? String(value) : mend(value));
    if (single === undefined) writer.copy(delimiter);
    else {
      writer.reserve(1);
      writer.bytes[writer.length++] = single;
    }
  };
}

function writeNumber(writer: ByteWriter, value: number): void {
  writer.reserve(1);
  writer.bytes[writer.length++] = QUOTE;
  writer.number(value);
  writer.reserve(1);
  writer.bytes[writer.length++] = QUOTE;
}

function quotedWriter(mended: MendedTally): (writer: ByteWriter, value: string) => void {
  const writeLong = (writer: ByteWriter, value: string): void => {
    if (surrogate.test(value) && loneSurrogate.test(value)) mended.value('replacedCharacters', value);
    const doubled = value.includes('"') ? value.replaceAll('"', '""') : value;
    writer.reserve(doubled.length * 3 + 2);
    writer.bytes[writer.length++] = QUOTE;
    writer.length += writer.bytes.write(doubled, writer.length);
    writer.bytes[writer.length++] = QUOTE;
  };
  return (writer, value) => {
    const { length } = value;
    if (length > SHORT) return writeLong(writer, value);
    writer.reserve(length * 6 + 2);
    const { bytes } = writer;
    let at = writer.length;
    bytes[at++] = QUOTE;
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 127) return writeLong(writer, value);
      if (unit === QUOTE) bytes[at++] = QUOTE;
      bytes[at++] = unit;
    }
    bytes[at++] = QUOTE;
    writer.length = at;
  };
}

const surrogate = /[\ud800-\udfff]/;
const loneSurrogate = /\p{Cs}/u;

const formulaStart = /^[=+\-@\t\r\n\uff1d\uff0b\uff0d\uff20]/;

function quoteFormula(value: string): string {
  return formulaStart.test(value) ? `'${value}` : value;
}

function delimiterBytes({ delimiter = ',' }: CsvOptions): Buffer {
  return Buffer.from(delimiter);
}

function isDelimiter(value: string): boolean {
  return [...value].length === 1 && !/["\r\n]|\p{Cs}/u.test(value);
}
