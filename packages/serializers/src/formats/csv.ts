import { type Arguments, byteOrderMark, delimiterWords, flag, spellingOf, text } from '@dataset-items/query-pipeline';
import { stampOf } from '../bytes.js';
import { type EscapeTable, loneSurrogate } from '../escapes.js';
import { type CellForm, type CellWriter, type TextOptions, tableFormat } from '../format.js';
import { inTableFrame } from '../framed.js';
import type { ReplacementTally } from '../replacements.js';
import type { RowForm } from '../table/table.js';
import { textWriter } from '../text.js';

const parameters = {
  delimiter: text('The character between cells', {
    placeholder: '<character>',
    defaultText: ',',
    expected: 'one character other than a quote or a line break',
    matches: isDelimiter,
    words: delimiterWords,
  }),
  skipHeaderRow: flag('Leave out the row of column names'),
  safe: flag("Put ' before text that a spreadsheet would take for a formula", { local: true }),
} as const;
type CsvOptions = Arguments<typeof parameters> & TextOptions;

const QUOTE = 0x22;
const LINE_END = '\r\n';

/** Text between quotes (docs/semantics.md#csv). */
const csvText: EscapeTable = { quote: '"', escapes: { '"': '""' }, rules: [loneSurrogate] };

/** All cells except null are quoted, and lines end with CRLF (docs/semantics.md#csv). */
export const csv = tableFormat({
  summary: 'comma separated values, every cell quoted',
  mediaType: 'text/csv; charset=utf-8',
  extension: 'csv',
  keepsSpelling: true,
  texts: { cell: csvText },
  parameters,
  cellForm,
  cellWriter,
  ...inTableFrame((options: CsvOptions, _facts, replaced) => {
    const delimiter = delimiterOf(options);
    const writeCell = cellWriter(options, replaced);
    return {
      head: (writer, columns) => {
        if (columns.length === 0) return;
        if (options.bom ?? true) writer.text(byteOrderMark);
        if (options.skipHeaderRow) return;
        for (const [column, name] of columns.entries()) {
          if (column > 0) writer.text(delimiter);
          writeCell(writer, name);
        }
        writer.text(LINE_END);
      },
      tail: () => {},
    };
  }),
});

function cellForm(options: CsvOptions): CellForm {
  const quote = String.fromCharCode(QUOTE);
  const guard = options.safe ? { characters: formulaCharacters, by: "'" } : undefined;
  return { text: csvText, row: rowForm(options), before: quote, after: quote, nullCell: '', guard };
}

function rowForm(options: CsvOptions): RowForm {
  return { start: '', separator: delimiterOf(options), end: LINE_END, gap: '' };
}

function cellWriter(options: CsvOptions, replaced: ReplacementTally): CellWriter {
  const safe = options.safe === true;
  const writeText = textWriter(csvText, replaced.value);
  const write: CellWriter = (writer, value) => {
    if (typeof value === 'string') writeText(writer, safe ? asNoFormula(value) : value);
    else if (typeof value === 'number') {
      writer.byte(QUOTE);
      writer.number(value);
      writer.byte(QUOTE);
    } else if (value === true) writer.stamp(yes);
    else if (value === false) writer.stamp(no);
    else if (value !== null) writer.text(`"${spellingOf(value)}"`);
  };
  return Object.assign(write, { row: rowForm(options) });
}

const yes = stampOf('"true"');
const no = stampOf('"false"');

/** First characters that make a spreadsheet treat text as a formula. The last four are full-width forms. */
const formulaCharacters = '=+-@\t\r\n\uff1d\uff0b\uff0d\uff20';

function asNoFormula(value: string): string {
  return value !== '' && formulaCharacters.includes(value.charAt(0)) ? `'${value}` : value;
}

function delimiterOf({ delimiter = ',' }: CsvOptions): string {
  return delimiter;
}

function isDelimiter(value: string): boolean {
  return [...value].length === 1 && !/["\r\n]|\p{Cs}/u.test(value);
}
