import type { Item, Json } from 'dataset-items';
import fc from 'fast-check';
import readXlsxFile from 'read-excel-file/node';
import { describe, expect, it } from 'vitest';
import { create } from 'xmlbuilder2';
import { readHtml } from '../readers/html.js';
import { readWorkbook } from '../readers/xlsx.js';
import { childrenOf, readXml, textOf } from '../readers/xml.js';
import { asHtmlHolds, asUnicodeHolds, asXmlHolds, elementsOf, leavesOf } from './expected.js';
import { exported } from './exported.js';

/** Names of fields, their names in XML, and in a feed if they differ. */
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
  ['😀', '_'],
  ['a😀b', 'a_b'],
  ['\ufeffa', '_a'],
  ['\u2c00', '_'],
  ['\u{20000}x', '_x'],
  ['\u0663', '_\u0663'],
  ['é\u0301', 'é\u0301'],
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
  it('read back from xml as the tree that the rules define', async () => {
    const toName = (name: string): string => xmlNames.get(name) as string;
    await fc.assert(
      fc.asyncProperty(items, async (records) => {
        const root = readXml((await exported(records, 'format=xml')).text);
        expect(root.children).toEqual(records.flatMap((record) => elementsOf('item', record, toName)));
      }),
      { numRuns: 300 },
    );
  });

  it('read back from rss likewise, with known prefixes', async () => {
    const toName = (name: string): string => feedNames.get(name) as string;
    await fc.assert(
      fc.asyncProperty(items, async (records) => {
        const channels = childrenOf(readXml((await exported(records, 'format=rss')).text), 'channel');
        const read = channels.flatMap((channel) => childrenOf(channel, 'item'));
        expect(read).toEqual(records.flatMap((record) => elementsOf('item', record, toName)));
      }),
      { numRuns: 200 },
    );
  });

  it('do not change the head of the feed, whatever its texts are', async () => {
    const given = text.filter((value) => value !== '');
    await fc.assert(
      fc.asyncProperty(
        given,
        given,
        fc.webUrl({ withQueryParameters: true, withFragments: true }),
        async (title, description, link) => {
          const request = { format: 'rss', feedTitle: title, feedDescription: description, feedLink: link } as const;
          const { text: written, report } = await exported([{ a: 1 }], request);
          const channels = childrenOf(readXml(written), 'channel');
          const read = ['title', 'link', 'description', 'item'].map((name) =>
            channels.flatMap((channel) => childrenOf(channel, name).map(textOf)),
          );
          expect(read).toEqual([[asXmlHolds(title)], [new URL(link).href], [asXmlHolds(description)], ['1']]);
          const replaced = [title, description].filter((value) => value !== asXmlHolds(value));
          expect(report.replaced.replacedCharacters?.count ?? 0).toBe(replaced.length);
        },
      ),
      { numRuns: 300 },
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
        // These readers ignore a header cell without text.
        const records = drawn.map(({ '': _, ...named }) => named);
        const { bytes } = await exported(records, 'format=xlsx');
        const [{ name, rows } = { name: '', rows: [] }] = await readWorkbook(bytes);
        const columns = (rows[0] ?? []).map(String);
        // Neither reader distinguishes an empty text from a missing cell.
        const cells = cellsOf(records, columns, (value) => {
          if (value === null || typeof value === 'number') return Object.is(value, -0) ? 0 : value;
          return asUnicodeHolds(String(value)) || null;
        });
        // Readers ignore rows at the end that have only empty cells.
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

  it('give the same tree as xmlbuilder2, for names that it reads literally', async () => {
    const plainName = fc.constantFrom('a', 'b', 'title', 'é', 'a.b', '_');
    // xmlbuilder2 treats text such as "&A;" as a reference and does not escape it.
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
