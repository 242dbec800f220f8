import { type Arguments, flag, text } from '@dataset-items/query-pipeline';
import { ByteWriter, stampOf, writeByteOrderMark } from '../bytes.js';
import { type CellWriter, type TextOptions, tableFormat } from '../format.js';
import type { MendedTally } from '../mended.js';
import { type TextWriter, textWriter } from '../text.js';

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
const none = new Uint8Array();

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
    return async function* (table) {
      if (table.columns.length === 0) return;
      const writer = new ByteWriter();
      if (options.bom ?? true) writeByteOrderMark(writer);
      if (!options.skipHeaderRow) {
        for (const [column, name] of table.columns.entries()) {
          if (column > 0) writer.copy(delimiter);
          writeCell(writer, name);
        }
        writer.copy(lineEnd);
      }
      yield* table.write(writer);
      if (writer.length > 0) yield writer.take();
    };
  },
});

function cellWriter(options: CsvOptions, mended: MendedTally): CellWriter {
  const mend = options.safe ? quoteFormula : undefined;
  const writeText = quotedWriter(mended);
  const write: CellWriter = (writer, value) => {
    if (typeof value === 'string') writeText(writer, mend === undefined ? value : mend(value));
    else if (typeof value === 'number') {
      writer.byte(QUOTE);
      writer.number(value);
      writer.byte(QUOTE);
    } else if (value !== null) writer.stamp(value ? yes : no);
  };
  return Object.assign(write, { mended, row: { start: none, separator: delimiterBytes(options), end: lineEnd, gap: none } });
}

const yes = stampOf('"true"');
const no = stampOf('"false"');

function quotedWriter(mended: MendedTally): TextWriter {
  const sequences = Array.from({ length: 128 }, (_, unit) => (unit === QUOTE ? Buffer.from('""') : Uint8Array.of(unit)));
  const rewrite = (value: string): string => {
    if (surrogate.test(value) && loneSurrogate.test(value)) mended.value('replacedCharacters', value);
    return `"${value.replaceAll('"', '""')}"`;
  };
  return textWriter({ sequences, suspicious: /["\ud800-\udfff]/, rewrite, quote: QUOTE });
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
