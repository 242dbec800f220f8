import { byteOrderMark, spellingOf } from '@dataset-items/query-pipeline';
import { type ByteWriter, stampOf } from '../bytes.js';
import { type CodePoints, codePointsOf, type EscapeTable, loneSurrogate } from '../escapes.js';
import { type CellWriter, type TextOptions, tableFormat } from '../format.js';
import { inTableFrame } from '../framed.js';
import type { ReplacementTally } from '../replacements.js';
import type { RowForm } from '../table/table.js';
import { type TextWriter, textWriter } from '../text.js';

const CARRIAGE_RETURN = codePointsOf('\r');

/** The last two code points of each plane are noncharacters. */
const planeEnds = Array.from({ length: 17 }, (_, plane): CodePoints => [plane * 0x10000 + 0xfffe, plane * 0x10000 + 0xffff]);

/** HTML parsers turn CR into LF, and refuse the other characters below in any form, even as references (docs/semantics.md#html). */
const htmlText: EscapeTable = {
  escapes: { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
  rules: [
    { of: CARRIAGE_RETURN, before: [codePointsOf('\n')], as: '', reported: 'changedLineBreaks' },
    { of: CARRIAGE_RETURN, as: '\n', reported: 'changedLineBreaks' },
    {
      of: [[0x00, 0x08], [0x0b, 0x0c], [0x0e, 0x1f], [0x7f, 0x9f], [0xfdd0, 0xfdef], ...planeEnds],
      as: '\ufffd',
      reported: 'replacedCharacters',
    },
    loneSurrogate,
  ],
};

/** A complete document with one table, one row per record (docs/semantics.md#html). */
export const html = tableFormat({
  summary: 'an HTML document with one table',
  mediaType: 'text/html; charset=utf-8',
  extension: 'html',
  otherExtensions: ['htm'],
  headers: () => ({ 'content-security-policy': contentSecurityPolicy }),
  keepsSpelling: true,
  texts: { cell: htmlText },
  parameters: {},
  cellForm: () => ({
    text: htmlText,
    row: rowForm,
    before: '<td>',
    after: '</td>',
    nullCell: rowForm.gap,
  }),
  cellWriter: (_options, replaced) => cellWriter(replaced),
  ...inTableFrame(({ bom = false }: TextOptions, { id, name }, replaced) => {
    const writeText = textWriter(htmlText, replaced.value);
    return {
      head: (writer, columns) => {
        if (bom) writer.text(byteOrderMark);
        writeHead(writer, writeText, name || id || 'Dataset');
        if (columns.length === 0) return;
        writeHeaderRow(writer, writeText, columns);
        writer.text('<tbody>\n');
      },
      tail: (writer, columns) => {
        if (columns.length > 0) writer.text('</tbody>\n');
        writer.text('</table>\n</body>\n</html>\n');
      },
    };
  }),
});

const rowForm: RowForm = {
  start: '<tr>',
  separator: '',
  end: '</tr>\n',
  gap: '<td></td>',
};
const cellStart = stampOf('<td>');
const cellEnd = stampOf('</td>');
const emptyCell = stampOf('<td></td>');

function cellWriter(replaced: ReplacementTally): CellWriter {
  const writeText = textWriter(htmlText, replaced.value);
  const write: CellWriter = (writer, value) => {
    if (value === null) return writer.stamp(emptyCell);
    writer.stamp(cellStart);
    if (typeof value === 'string') writeText(writer, value);
    else if (typeof value === 'number') writer.number(value);
    else writer.text(spellingOf(value) ?? String(value));
    writer.stamp(cellEnd);
  };
  return Object.assign(write, { row: rowForm });
}

const style = `
body { margin: 0; font: 14px/1.4 system-ui, sans-serif; color: #222; background: #fff }
table { width: max-content; border-collapse: separate; border-spacing: 0 }
th, td { padding: 4px 8px; border: solid #ddd; border-width: 0 1px 1px 0; text-align: left; vertical-align: top; white-space: pre-wrap; max-width: 40em; overflow-wrap: anywhere }
th { position: sticky; top: 0; background: #f3f3f3 }
tbody tr:hover { background: #f8f8ff }
`;

/** SHA-256 of the style for the Content-Security-Policy. A test fails with the new value when the style changes. */
const STYLE_HASH = 'sha256-c+wkIaru11uhTNvfSqNhLfKPBwvY/H1dba3LY4G87uY=';

/** Allows the style of the page and nothing else: no script, no image, no form, no base URL. */
const contentSecurityPolicy = `default-src 'none'; style-src '${STYLE_HASH}'; base-uri 'none'; form-action 'none'`;

function writeHead(writer: ByteWriter, writeText: TextWriter, title: string): void {
  writer.text('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>');
  writeText(writer, title);
  writer.text(`</title>\n<style>${style}</style>\n</head>\n<body>\n<table>\n`);
}

function writeHeaderRow(writer: ByteWriter, writeText: TextWriter, columns: readonly string[]): void {
  writer.text('<thead>\n<tr>');
  for (const name of columns) {
    writer.text('<th scope="col">');
    writeText(writer, name);
    writer.text('</th>');
  }
  writer.text('</tr>\n</thead>\n');
}
