import type { Item, Json } from 'dataset-items';
import fc from 'fast-check';
import readXlsxFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { create } from 'xmlbuilder2';
import { readHtml } from '../readers/html.js';
import { readWorkbook } from '../readers/xlsx.js';
import { childrenOf, readXml } from '../readers/xml.js';
import { asHtmlHolds, asUnicodeHolds, elementsOf, leavesOf } from './expected.js';
import { exported } from './exported.js';

/** Names of fields, and what they are in XML, in a feed where that differs. */
const names: readonly (readonly [name: string, xml: string, feed?: string])[] = [
  ['a', 'a'],
  ['title', 'title'],
  ['item', 'item'],
  ['', '_'],
  ['@', '_'],
  ['#', '_'],
  ['$', '_'],
  ['2x', '_2x'],
  ['-z', '_-z'],
  ['a b', 'a_b'],
  ['a/b', 'a_b'],
  ['<b>&"\'', '_b____'],
  ['__proto__', '__proto__'],
  ['constructor', 'constructor'],
  ['é·', 'é·'],
  ['·é', '_·é'],
  ['😀', '😀'],
  ['x:y', 'x_y'],
  ['dc:creator', 'dc_creator', 'dc:creator'],
  ['dc:2:x', 'dc_2_x', 'dc:_2_x'],
  ['dc:', 'dc_', 'dc_'],
  [':dc', '_dc'],
  ['xmlns', 'xmlns'],
];
const xmlNames = new Map(names.map(([name, xml]) => [name, xml]));
const feedNames = new Map(names.map(([name, xml, feed = xml]) => [name, feed]));

const text = fc.oneof(
  fc.string({ unit: 'binary', maxLength: 60 }),
  fc.string({ unit: 'grapheme', maxLength: 120 }),
  fc.stringMatching(/^[ -~]{0,90}$/),
  fc.constantFrom(
    '',
    ' ',
    '\r',
    '\r\n',
    '\u0000',
    ' x ',
    '\t',
    ']]>',
    '</td>',
    '&amp;',
    '<!--',
    '_x0041_',
    '_x0041\r',
    '\ud83d',
    '\n\n',
  ),
  fc
    .array(fc.constantFrom(...'\u0000\ud83d\ude00\ufffe\ufdd0\r\n_x0041\u{1fffe}&'), { maxLength: 50 })
    .map((units) => units.join('')),
);
const scalar = fc.oneof(text, fc.double({ noNaN: true, noDefaultInfinity: true }), fc.integer(), fc.boolean(), fc.constant(null));
const field = fc.constantFrom(...names.map(([name]) => name));
const { item } = fc.letrec<{ json: Json; item: Item }>((tie) => ({
  json: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    { arbitrary: scalar, weight: 3 },
    { arbitrary: tie('item'), weight: 1 },
    { arbitrary: fc.array(tie('json'), { maxLength: 3 }), weight: 1 },
  ),
  item: fc.array(fc.tuple(field, tie('json')), { maxLength: 6 }).map((fields) => JSON.parse(objectText(fields)) as Item),
}));
const items = fc.array(item, { maxLength: 6 });

describe('random records', () => {
  it('read back from xml as the tree that the rules give', async () => {
    const mend = (name: string): string => xmlNames.get(name) as string;
    await fc.assert(
      fc.asyncProperty(items, async (records) => {
        const root = readXml((await exported(records, 'format=xml')).text);
        expect(root.children).toEqual(records.flatMap((record) => elementsOf('item', record, mend)));
      }),
      { numRuns: 300 },
    );
  });

  it('read back from rss likewise, with known prefixes', async () => {
    const mend = (name: string): string => feedNames.get(name) as string;
    await fc.assert(
      fc.asyncProperty(items, async (records) => {
        const channels = childrenOf(readXml((await exported(records, 'format=rss')).text), 'channel');
        const read = channels.flatMap((channel) => childrenOf(channel, 'item'));
        expect(read).toEqual(records.flatMap((record) => elementsOf('item', record, mend)));
      }),
      { numRuns: 200 },
    );
  });

  it('read back from html cell for cell', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (records) => {
        const { columns, rows } = readHtml((await exported(records, 'format=html')).text);
        expect({ columns: [...columns].sort(), rows }).toEqual({
          columns: columnsOf(records),
          rows: cellsOf(records, columns, (value) => (value === null ? '' : asHtmlHolds(String(value)))),
        });
      }),
      { numRuns: 200 },
    );
  });

  it('read back from xlsx cell for cell, under two readers', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (drawn) => {
        // A header cell without text is no cell to these readers.
        const records = drawn.map(({ '': _, ...named }) => named);
        const { bytes } = await exported(records, 'format=xlsx');
        const [{ name, rows } = { name: '', rows: [] }] = await readWorkbook(bytes);
        const columns = (rows[0] ?? []).map(String);
        // Neither reader tells an empty text from no cell.
        const cells = cellsOf(records, columns, (value) => {
          if (value === null || typeof value === 'number') return Object.is(value, -0) ? 0 : value;
          return asUnicodeHolds(String(value)) || null;
        });
        // A row of nothing but empty cells at the end is no row to a reader.
        const filled = (table: readonly (readonly unknown[])[]): unknown[][] => {
          const all = table.map((row) => [...row]);
          while (all.at(-1)?.every((cell) => cell === null)) all.pop();
          return all;
        };
        expect(name).toBe('Data');
        expect(filled(rows.slice(1))).toEqual(filled(cells));
        const [second] = await readXlsxFile(bytes, { trim: false });
        expect(filled(second?.data.slice(1) ?? [])).toEqual(filled(cells));
        expect([...columns].sort()).toEqual(columnsOf(records));
      }),
      { numRuns: 100 },
    );
  });

  it('are the tree that xmlbuilder2 builds, for names that it takes literally', async () => {
    const plainName = fc.constantFrom('a', 'b', 'title', 'é', 'a.b', '_');
    // xmlbuilder2 takes text such as "&A;" for a reference of the writer's own and leaves it as it is.
    const plainText = fc.stringMatching(/^[ -~é]{1,40}$/).filter((text) => !/&[^;]*;/.test(text));
    const value = fc.oneof(
      plainText,
      fc.integer(),
      fc.boolean(),
      fc.dictionary(plainName, plainText, { minKeys: 1, noNullPrototype: true }),
    );
    const record = fc.dictionary(plainName, fc.oneof(value, fc.array(value, { minLength: 1, maxLength: 3 })), {
      minKeys: 1,
      noNullPrototype: true,
    });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1, maxLength: 4 }), async (records) => {
        const built = create({ items: { item: records } }).end();
        expect(readXml((await exported(records, 'format=xml')).text)).toEqual(readXml(built));
      }),
      { numRuns: 200 },
    );
  });
});

function objectText(fields: readonly (readonly [string, Json])[]): string {
  return `{${fields.map(([name, value]) => `${JSON.stringify(name)}:${JSON.stringify(value)}`).join(',')}}`;
}

function columnsOf(records: readonly Item[]): string[] {
  return [...new Set(records.flatMap((record) => [...leavesOf(record).keys()]))].sort();
}

function cellsOf<C>(records: readonly Item[], columns: readonly string[], cell: (value: Json) => C): C[][] {
  if (columns.length === 0) return [];
  return records.map((record) => {
    const leaves = leavesOf(record);
    return columns.map((name) => cell(leaves.get(name) ?? null));
  });
}
