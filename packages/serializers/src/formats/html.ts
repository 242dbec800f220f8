import { ByteWriter, stampOf, writeByteOrderMark } from '../bytes.js';
import { type CellWriter, tableFormat } from '../format.js';
import type { MendedTally } from '../mended.js';
import type { RowForm } from '../table/table.js';
import type { TextWriter } from '../text.js';
import { type Dialect, dialectWriter } from '../xml/escape.js';

/** A complete document with one table, a row a record (SEMANTICS section 7). */
export const html = tableFormat({
  summary: 'an HTML document with one table',
  mediaType: 'text/html; charset=utf-8',
  extension: 'html',
  otherExtensions: ['htm'],
  parameters: {},
  cellWriter: (_options, mended) => cellWriter(mended),
  serializer: ({ bom = false }, { id, name }, mended) =>
    async function* (table) {
      const writer = new ByteWriter();
      const writeText = dialectWriter(htmlText, mended.value);
      if (bom) writeByteOrderMark(writer);
      writeHead(writer, writeText, name || id || 'Dataset');
      if (table.columns.length > 0) {
        writeHeaderRow(writer, writeText, table.columns);
        writer.text('<tbody>\n');
        yield* table.write(writer);
        writer.text('</tbody>\n');
      }
      writer.text('</table>\n</body>\n</html>\n');
      yield writer.take();
    },
});

const rowForm: RowForm = {
  start: Buffer.from('<tr>'),
  separator: new Uint8Array(),
  end: Buffer.from('</tr>\n'),
  gap: Buffer.from('<td></td>'),
};
const cellStart = stampOf('<td>');
const cellEnd = stampOf('</td>');
const emptyCell = stampOf('<td></td>');

function cellWriter(mended: MendedTally): CellWriter {
  const writeText = dialectWriter(htmlText, mended.value);
  const write: CellWriter = (writer, value) => {
    if (value === null) return writer.stamp(emptyCell);
    writer.stamp(cellStart);
    if (typeof value === 'string') writeText(writer, value);
    else if (typeof value === 'number') writer.number(value);
    else writer.text(String(value));
    writer.stamp(cellEnd);
  };
  return Object.assign(write, { mended, row: rowForm });
}

/** A parser turns CR into LF by itself, and refuses the other characters here, however they are spelled. */
const htmlText: Dialect = {
  escapes: { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;', "'": '&#39;' },
  spelling: { pattern: '\\r\\n?', first: '\\r' },
  unwritable: '\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\x7f-\\x9f\\ufdd0-\\ufdef\\ufffe\\uffff',
  planeEndsUnwritable: true,
  replace: (found) => (found.startsWith('\r') ? { by: '\n', mending: 'changedLineBreaks' } : undefined),
};

const style = `body { margin: 0; font: 14px/1.4 system-ui, sans-serif; color: #222; background: #fff }
table { width: max-content; border-collapse: separate; border-spacing: 0 }
th, td { padding: 4px 8px; border: solid #ddd; border-width: 0 1px 1px 0; text-align: left; vertical-align: top; white-space: pre-wrap; max-width: 40em; overflow-wrap: anywhere }
th { position: sticky; top: 0; background: #f3f3f3 }
tbody tr:hover { background: #f8f8ff }
`;

function writeHead(writer: ByteWriter, writeText: TextWriter, title: string): void {
  writer.text('<!DOCTYPE html>\n<html lang="en">\n<head>\n<meta charset="utf-8">\n<title>');
  writeText(writer, title);
  writer.text(`</title>\n<style>\n${style}</style>\n</head>\n<body>\n<table>\n`);
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
