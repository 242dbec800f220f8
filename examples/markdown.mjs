/** A format of your own, a Markdown table, for `dataset-items export --plugin examples/markdown.mjs --format markdown` and for the library. */
import { defineTableFormat, flag } from 'dataset-items';

const cell = (value) =>
  value === null
    ? ''
    : String(value)
        .replace(/[\\|]/g, '\\$&')
        .replace(/\r\n?|\n/g, '<br>');
const line = (cells) => `| ${cells.join(' | ')} |\n`;

const markdown = defineTableFormat({
  summary: 'a Markdown table',
  mediaType: 'text/markdown; charset=utf-8',
  extension: 'md',
  parameters: { alignNumbers: flag('Align columns to the right') },
  async *write({ columns, rows }, { alignNumbers }) {
    yield line(columns.map(cell));
    yield line(columns.map(() => (alignNumbers ? '--:' : '---')));
    for await (const row of rows) yield line(row.map(cell));
  },
});

export const formats = { markdown };
