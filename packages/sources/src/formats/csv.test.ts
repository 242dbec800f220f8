import { type Item, MalformedInputError } from '@dataset-items/query-pipeline';
import fc from 'fast-check';
import { parseString, writeToString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../file.js';
import type { ReadOptions } from '../options.js';
import { itemsOf, scratchDirectory } from '../testing/scratch.js';

const scratch = scratchDirectory();

async function read(text: string, options: ReadOptions = {}, name = 'x.csv'): Promise<Item[]> {
  return itemsOf(await fileSource(scratch.write(name, text), options));
}

const rows: readonly {
  readonly name: string;
  readonly text: string;
  readonly options?: ReadOptions;
  readonly items: readonly unknown[];
}[] = [
  { name: 'every value is a string', text: 'a,b,c\n1,true,null\n', items: [{ a: '1', b: 'true', c: 'null' }] },
  { name: 'an empty cell is an absent field', text: 'a,b,c\n,2,\n', items: [{ b: '2' }] },
  { name: 'a cell of two quotes is the empty string', text: 'a,b,c\n"",2,""\n', items: [{ a: '', b: '2', c: '' }] },
  { name: 'a row of empty cells is an item without fields', text: 'a,b\n,\n', items: [{}] },
  { name: 'a blank line is skipped', text: 'a,b\n\n1,2\n\r\n\n', items: [{ a: '1', b: '2' }] },
  { name: 'a short row has fewer fields', text: 'a,b,c\n1\n1,2\n', items: [{ a: '1' }, { a: '1', b: '2' }] },
  { name: 'blanks belong to the value', text: 'a , b\n 1, 2 \n', items: [{ 'a ': ' 1', ' b': ' 2 ' }] },
  { name: 'quotes inside a bare cell are text', text: 'a,b\n5" disk,say "hi"\n', items: [{ a: '5" disk', b: 'say "hi"' }] },
  {
    name: 'quotes, delimiters and line ends inside quotes',
    text: 'a,b\n"x ""y"", z","1\r\n2\n3"\n',
    items: [{ a: 'x "y", z', b: '1\r\n2\n3' }],
  },
  {
    name: 'lines that end CR',
    text: 'a,b\r1,2\r3,4',
    items: [
      { a: '1', b: '2' },
      { a: '3', b: '4' },
    ],
  },
  { name: 'a column without a name', text: ',a\n0,1\n', items: [{ column1: '0', a: '1' }] },
  {
    name: 'a column called __proto__ is one like any other',
    text: '__proto__,constructor\nx,y\n',
    items: [JSON.parse('{"__proto__":"x","constructor":"y"}')],
  },
  { name: 'one column', text: 'a\n1\n""\n', items: [{ a: '1' }, { a: '' }] },
  { name: 'a header that begins like JSON', text: '[id],{name}\n1,2\n', items: [{ '[id]': '1', '{name}': '2' }] },
  { name: 'semicolons, with commas in a quoted name', text: '"a,b,c";d\n1;2\n', items: [{ 'a,b,c': '1', d: '2' }] },
  { name: 'the most frequent delimiter of the header', text: 'a|b;c|d\n1|2|3\n', items: [{ a: '1', 'b;c': '2', d: '3' }] },
  { name: 'without nested a slash is text', text: 'a/b\n1\n', items: [{ 'a/b': '1' }] },
  {
    name: 'nested objects and arrays',
    text: 'a/b,a/c/0,a/c/1,d\n1,2,3,4\n',
    options: { nested: true },
    items: [{ a: { b: '1', c: ['2', '3'] }, d: '4' }],
  },
  {
    name: 'nested arrays of objects, columns in any order',
    text: 'r/1/x,r/0/y,r/0/x\n1,2,3\n',
    options: { nested: true },
    items: [{ r: [{ y: '2', x: '3' }, { x: '1' }] }],
  },
  {
    name: 'eleven elements',
    text: `${Array.from({ length: 11 }, (_, n) => `a/${n}`)
      .sort()
      .join(',')}\n${'x,'.repeat(10)}y\n`,
    options: { nested: true },
    items: [{ a: ['x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'x', 'y', 'x'] }],
  },
  {
    name: 'an empty cell at the end of an array is dropped, one before another element is null',
    text: 'a/0,a/1,a/2\n1,,\n,2,\n,,\n',
    options: { nested: true },
    items: [{ a: ['1'] }, { a: [null, '2'] }, {}],
  },
  {
    name: 'numbers that do not count from 0 name fields',
    text: 'a/1,a/2,b/00\nx,y,z\n',
    options: { nested: true },
    items: [{ a: { 1: 'x', 2: 'y' }, b: { '00': 'z' } }],
  },
  {
    name: 'a scalar in one row, an object in another',
    text: 'a,a/b\n1,\n,2\n',
    options: { nested: true },
    items: [{ a: '1' }, { a: { b: '2' } }],
  },
  {
    name: 'a scalar and an object in one row',
    text: 'x/a,x/a/b/0\n1,2\n',
    options: { nested: true },
    items: [{ x: { a: '1', 'a/b': ['2'] } }],
  },
  {
    name: 'nested __proto__ is a name',
    text: '__proto__/x,a/__proto__\n1,2\n',
    options: { nested: true },
    items: [JSON.parse('{"__proto__":{"x":"1"},"a":{"__proto__":"2"}}')],
  },
];

describe('csv', () => {
  for (const { name, text, options, items } of rows) {
    it(name, async () => {
      expect(await read(text, options)).toEqual(items);
    });
  }

  it('names that nest too deeply are refused', async () => {
    const deepest = `${'{"a":'.repeat(30)}"1"${'}'.repeat(30)}`;
    expect(await read(`${'a/'.repeat(29)}a\n1\n`, { nested: true, maxDepth: 30 })).toEqual([JSON.parse(deepest)]);
    const failure = read(`${'a/'.repeat(30)}a\n1\n`, { nested: true, maxDepth: 30 });
    await expect(failure).rejects.toThrow(MalformedInputError);
    await expect(failure).rejects.toThrow('a column name of more than 30 levels');
  });

  it('reads the output of fast-csv in the same way as fast-csv, except empty cells', async () => {
    const cell = fc.oneof(fc.string(), fc.string({ unit: fc.constantFrom('"', ',', ';', '\n', '\r', ' ', 'a', 'š', '\ufeff') }));
    const record = fc.record({ name: cell, 'a b': cell, last: cell });
    await fc.assert(
      fc.asyncProperty(fc.array(record, { minLength: 1 }), fc.constantFrom(',', ';', '\t', '|'), async (records, delimiter) => {
        // Quoted, so that an empty cell is the empty string.
        const text = await writeToString(records, { headers: true, delimiter, quoteColumns: true, quoteHeaders: true });
        expect(await read(text)).toEqual(records);
        // fast-csv drops a byte order mark and blanks at the start of a row.
        const plain = (text: string): string => text.replace(/[\ufeff ]/g, '-');
        const others = records.map((each) => ({ name: plain(each.name), 'a b': plain(each['a b']), last: plain(each.last) }));
        const bare = await writeToString(others, { headers: true, delimiter, quoteHeaders: true });
        const parsed = await parse(bare, delimiter);
        const ours = (await read(bare)).map((item) => ({ name: '', 'a b': '', last: '', ...item }));
        expect(ours).toEqual(parsed);
      }),
    );
  });

  it('a long quoted cell is scanned once', async () => {
    const long = 'x"\n,'.repeat(1_000_000);
    const [item] = await itemsOf(
      await fileSource(scratch.write('long.csv', `a\n"${long.replaceAll('"', '""')}"\n`), { chunkSize: 4096 }),
    );
    expect(item?.a === long).toBe(true);
  });
});

function parse(text: string, delimiter: string): Promise<unknown[]> {
  return new Promise((resolve, reject) => {
    const parsed: unknown[] = [];
    parseString(text, { headers: true, delimiter })
      .on('error', reject)
      .on('data', (row) => parsed.push(row))
      .on('end', () => resolve(parsed));
  });
}
