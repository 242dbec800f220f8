import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellAt, columnsIn, shownCell, widthOf } from './cells.js';
import { kindOfColumn, percent, sortedColumns } from './columns.js';
import { stepFor } from './keys.js';
import { pageSize, pagesOf, placeOf, rowCount, withPage } from './pages.js';
import { columnsShown, startsOf } from './spans.js';

describe('columns by their widths', () => {
  const starts = startsOf([100, 50, 200, 100]);

  it.each([
    [0, 100, [0, 2]],
    [99, 1, [0, 2]],
    [100, 40, [1, 2]],
    [340, 1000, [2, 4]],
    [0, 1, [0, 1]],
  ])('from %i px, %i px wide', (left, width, expected) => {
    expect(columnsShown(starts, left, width, 0)).toEqual(expected);
  });

  it('of thousands only those on the screen are shown', () => {
    const [first, end] = columnsShown(startsOf(Array(2500).fill(120)), 120_000, 1200, 1);
    expect([first, end]).toEqual([999, 1012]);
  });
});

describe('rows in pages of items', () => {
  it('are as many as the items, until a page is read', () => {
    const pages = pagesOf(1_000_000, 200);
    expect(rowCount(pages)).toBe(1_000_000);
    expect(placeOf(pages, 999_999)).toEqual({ page: 4999, at: 199 });
    expect(placeOf(pages, 1_000_000)).toBeUndefined();
    expect(placeOf(pages, -1)).toBeUndefined();
  });

  it('are as many per item as in the pages that were read', () => {
    const pages = withPage(pagesOf(1000, 100), 0, 300);
    expect(rowCount(pages)).toBe(3000);
    expect(rowCount(withPage(pages, 1, 0))).toBe(1500);
    expect(placeOf(withPage(pages, 1, 0), 300)).toEqual({ page: 2, at: 0 });
  });

  it('of an expected number are the same pages', () => {
    const pages = withPage(pagesOf(1000, 100), 0, 100);
    expect(withPage(pages, 0, 100)).toBe(pages);
  });

  it('each row has one place, whatever the pages have', () => {
    fc.assert(
      fc.property(fc.array(fc.nat(5), { minLength: 1, maxLength: 20 }), (sizes) => {
        const pages = sizes.reduce((made, rows, page) => withPage(made, page, rows), pagesOf(sizes.length * 10, 10));
        const places = Array.from({ length: rowCount(pages) }, (_, row) => placeOf(pages, row));
        expect(places).toEqual(sizes.flatMap((rows, page) => Array.from({ length: rows }, (_, at) => ({ page, at }))));
      }),
    );
  });

  it.each([
    [200, 200],
    [20_000, 10],
    [5_000_000, 5],
    [0, 200],
  ])('items of %i bytes: %i in a page', (bytes, items) => {
    expect(pageSize(bytes)).toBe(items);
  });
});

describe('cells', () => {
  const record = { a: { b: [1, { c: null }] }, 'a/b': 'literal', 'x/y': { z: true }, empty: {} };

  it.each([
    ['a/b', 'literal'],
    ['a/b/0', 1],
    ['a/b/1/c', null],
    ['x/y/z', true],
    ['toString', undefined],
    ['a/__proto__', undefined],
  ])('%s', (column, value) => {
    expect(cellAt(record, column)).toBe(value);
  });

  it('columns of records are their leaves', () => {
    expect(columnsIn([record, { a: 1 }], 10)).toEqual(['a/b/0', 'a/b/1/c', 'a/b', 'x/y/z', 'a']);
    expect(columnsIn([record], 2)).toHaveLength(2);
  });

  it.each([
    ['', 'empty'],
    ['text', 'text'],
    ['<script>alert(1)</script>', 'text'],
    ['javascript:alert(1)', 'text'],
    ['https://a.test/b', 'link'],
    ['https://a.test/b.png?c', 'image'],
    ['data:image/png;base64,AAAA', 'image'],
    ['data:image/svg+xml;base64,AAAA', 'text'],
    ['2026-11-28', 'date'],
    ['2026-11-28T14:05:09Z', 'date'],
    ['2026-99-28', 'text'],
    [5, 'number'],
    [false, 'false'],
    [null, 'null'],
    [undefined, 'none'],
    [[1], 'json'],
  ] as const)('%j is shown as %s', (value, kind) => {
    expect(shownCell(value).kind).toBe(kind);
  });

  it.each([
    [1517966773840, 'date', { kind: 'date', text: '2018-02-07 01:26:13' }],
    ['true', 'boolean', { kind: 'true' }],
    ['https://a.test/b.png', 'text', { kind: 'text', text: 'https://a.test/b.png' }],
    ['https://a.test/picture', 'image', { kind: 'image', text: 'https://a.test/picture', href: 'https://a.test/picture' }],
    ['no link', 'link', { kind: 'text', text: 'no link' }],
    [1e300, 'date', { kind: 'number', text: '1e+300' }],
  ] as const)('%j with the format %s', (value, format, shown) => {
    expect(shownCell(value, format)).toEqual(shown);
  });

  it('a long text is cut', () => {
    const shown = shownCell('x'.repeat(1_000_000));
    expect('text' in shown && shown.text.length).toBe(301);
  });

  it('a column is as wide as its values, within bounds', () => {
    expect(widthOf('a', undefined, [])).toBe(124);
    expect(widthOf('a', undefined, [{ kind: 'text', text: 'x'.repeat(500) }])).toBe(300);
  });
});

it('columns are sorted by name and by fill', () => {
  const column = (name: string, filled: number) => ({
    name,
    figures: { name, kinds: {}, filled, distinct: { count: 0, estimated: false }, frequent: [] },
  });
  const columns = [column('b', 1), column('a/10', 5), column('a/2', 5)];
  const names = (order: 'fill' | 'name' | 'query') => sortedColumns(columns, order).map(({ name }) => name);
  expect([names('query'), names('name'), names('fill')]).toEqual([
    ['b', 'a/10', 'a/2'],
    ['a/2', 'a/10', 'b'],
    ['a/2', 'a/10', 'b'],
  ]);
});

it('the kind of a column is that of most of its filled cells', () => {
  const of = (kinds: object) =>
    kindOfColumn({ name: '', kinds, filled: 0, distinct: { count: 0, estimated: false }, frequent: [] });
  expect([of({ number: 3, null: 9 }), of({ text: 1, date: 5 }), of({ null: 2 }), of({ empty: 1, null: 1 })]).toEqual([
    'number',
    'date +1',
    'null',
    'empty',
  ]);
});

it.each([
  [0, 10, '0 %'],
  [1, 1000, '<1 %'],
  [995, 1000, '>99 %'],
  [10, 10, '100 %'],
  [0, 0, '0 %'],
])('%i of %i is %s', (part, of, text) => {
  expect(percent(part, of)).toBe(text);
});

it.each([
  ['ArrowDown', false, { row: 6, column: 2 }],
  ['ArrowUp', true, { row: 0, column: 2 }],
  ['ArrowRight', false, { row: 5, column: 3 }],
  ['PageDown', false, { row: 25, column: 2 }],
  ['Home', false, { row: 5, column: 0 }],
  ['End', true, { row: 99, column: 3 }],
  ['a', false, undefined],
])('%s (far: %s) leads to %o', (key, ctrlKey, expected) => {
  expect(stepFor({ key, ctrlKey, metaKey: false }, { row: 5, column: 2 }, { rows: 100, columns: 4, page: 20 })).toEqual(expected);
});
