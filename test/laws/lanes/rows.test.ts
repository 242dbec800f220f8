import { it } from 'vitest';
import { cases, linesOf } from '../../doors/cases.js';
import { compare } from './compare.js';
import { arrayOf, caseOf, formats } from './stored-case.js';

it.each(cases.map((row) => [row.id, row] as const))('%s', async (_, row) => {
  const lines = linesOf(row);
  for (const format of formats) {
    const query = `${row.query}${row.query === '' ? '' : '&'}format=${format}`;
    await compare(caseOf(Buffer.from(lines), query));
    if (format !== 'xlsx') await compare(caseOf(arrayOf(lines), query, { layout: 'json' }));
  }
});

it.each(['jsonl', 'json'] as const)('%s: the pieces may be cut at any byte', async (layout) => {
  const lines =
    '\ufeff{"a":"é\\u00e9😀","b":[1.50, {"c":-0}]}\r\n\n {"a":null,"a":1 }\n{"\\u0061":[]}\n{"x":"\\\\"}\n{"d":tru}\n{"e":1e3}';
  const text = layout === 'json' ? arrayOf(lines) : Buffer.from(lines);
  for (let first = 0; first <= text.length; first++) {
    for (const format of ['jsonl', 'csv']) {
      await compare(caseOf(text, `format=${format}`, { layout, first, skipMalformed: true }));
    }
  }
});
