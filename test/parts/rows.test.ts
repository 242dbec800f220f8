import { gzipSync } from 'node:zlib';
import { datasetOfFiles } from '@dataset-items/parts';
import type { ReadOptions } from 'dataset-items';
import { expect, it } from 'vitest';
import { smallSheets } from './compare.js';
import { type Asked, filesOf, inOneGo, inParts, scratch, type Told } from './split.js';

/** Items, one range each unless `rangeBytes` says otherwise, and what is special about exporting them in parts. */
interface Row {
  readonly name: string;
  /** The text of a file each. */
  readonly texts: readonly (string | Buffer)[];
  readonly extension?: string;
  readonly query: string;
  readonly reading?: ReadOptions;
  readonly settings?: Asked['settings'];
  readonly rangeBytes?: number;
  /** What the result or the error contains, besides being that of one process. */
  readonly shows: string | RegExp;
}

const lines = (...items: readonly object[]): string => items.map((item) => `${JSON.stringify(item)}\n`).join('');
const long = 'x'.repeat(201);
/** A table keeps 1,000 names over its limit before it forgets some. */
const manyNames = (first: string, count: number): object =>
  Object.fromEntries(Array.from({ length: count }, (_, n) => [`${first}${n}`, n]));

const rows: readonly Row[] = [
  {
    name: 'columns that only later ranges have stand in their places',
    texts: [lines({ b: 1 }, { a: 2, c: 3 }, { aa: 4 })],
    query: 'format=csv&bom=0',
    shows: '"a","aa","b","c"\r\n,,"1",\r\n"2",,,"3"\r\n,"4",,\r\n',
  },
  {
    name: 'the place of a contributed field is the first of all ranges',
    texts: [lines({ z: 1, c: 0 }, { u: { c: 1 }, z: 2 }, { u: { b: 2 }, c: 3 })],
    query: 'format=csv&bom=0&unwind=u&fields=u,z,c',
    shows: '"b","c","z"',
  },
  {
    name: 'a limit of columns drops those that one process drops',
    texts: [lines({ d: 1, e: 1 }, { b: 2, c: 2 }, { a: 3, e: 3 }, { c: 4 })],
    query: 'format=csv&bom=0&maxColumns=2',
    shows: '"a","b"\r\n,\r\n,"2"\r\n"3",\r\n,\r\n',
  },
  {
    name: 'names that are forgotten while a range is read, and again while ranges are merged',
    texts: [lines(...['c', 'b', 'a'].map((first) => manyNames(first, 1100)))],
    query: 'format=csv&bom=0&maxColumns=2',
    shows: '"a0","a1"\r\n,\r\n,\r\n"0","1"\r\n',
  },
  {
    name: 'a listed name without a value in one range, with inner values in another, is not an empty column',
    texts: [lines({ a: 1 }, { a: 2, b: { c: 3 } })],
    query: 'format=csv&bom=0&fields=a,b&maxColumns=1',
    shows: '"a"\r\n"1"\r\n"2"\r\n',
  },
  {
    name: 'a listed name that is too long is reported only if no range has it',
    texts: [lines({ a: 1 }, { a: 2, [long]: { c: 3 } })],
    query: `format=csv&bom=0&fields=a,${long}`,
    shows: `"count":1,"atLeast":false,"examples":["${long}/c"]`,
  },
  {
    name: 'columns that the caller fixed: what they leave out is reported once',
    texts: [lines({ a: 1, x: 1 }, { b: 2, x: 2, y: 2 }, { a: 3 })],
    query: 'format=csv&bom=0&columns=b,a',
    shows: '"unlisted":{"count":2,"atLeast":false,"examples":["x","y"]}',
  },
  {
    name: 'the first range has no record: no separator is before the second',
    texts: [lines({}, { a: 1 }, {}, { a: 2 })],
    query: 'format=json&skipEmpty=1&indent=0',
    shows: '[{"a":1},\n{"a":2}]',
  },
  {
    name: 'the same with line feeds between',
    texts: [lines({}, { a: 1 }, {}, { a: 2 })],
    query: 'format=jsonl&skipEmpty=1',
    shows: '{"a":1}\n{"a":2}',
  },
  { name: 'no record at all: json', texts: [lines({}, {})], query: 'format=json&skipEmpty=1', shows: '[]' },
  { name: 'no record at all: xml', texts: [lines({}, {})], query: 'format=xml&skipEmpty=1', shows: '<items/>' },
  { name: 'no item at all', texts: [''], query: 'format=xml', shows: '<items/>' },
  { name: 'one item', texts: [lines({ a: 1 })], query: 'format=xml', shows: '<items>\n  <item>' },
  { name: 'no column: refused', texts: [lines({}, {})], query: 'format=csv', shows: 'no-columns-in-exported-dataset' },
  {
    name: 'no column: an empty file where that is asked for',
    texts: [lines({}, {})],
    query: 'format=csv',
    settings: { withoutColumns: 'write' },
    shows: '"text":""',
  },
  {
    name: 'no column: a page without a table',
    texts: [lines({}, {})],
    query: 'format=html',
    settings: { withoutColumns: 'write' },
    shows: '<table>\\n</table>',
  },
  {
    name: 'reversed: ranges count from the end',
    texts: [lines({ a: 1 }, { a: 2 }, { a: 3 }, { a: 4 })],
    query: 'format=jsonl&desc=1&offset=1&limit=2',
    shows: '{"a":3}\n{"a":2}',
  },
  {
    name: 'offset and limit over ranges, and blank lines are no items',
    texts: ['{"a":1}\n\n \n{"a":2}\n\n{"a":3}\n{"a":4}'],
    query: 'format=jsonl&offset=1&limit=2',
    shows: '{"a":2}\n{"a":3}',
  },
  { name: 'an offset past the last item', texts: [lines({ a: 1 }, { a: 2 })], query: 'format=json&offset=5', shows: '[]' },
  {
    name: 'a malformed item after the limit is not read',
    texts: ['{"a":1}\n{"a":2}\n{"a":\n'],
    query: 'format=jsonl&limit=2',
    shows: '{"a":1}\n{"a":2}',
  },
  {
    name: 'a malformed item is named by line and byte of the file, and the first one wins',
    texts: ['{"a":1}\n{"a":2}\n\n{"a":3\n{"a":4}\n{"a":5\n'],
    query: 'format=csv',
    shows: '"line":4,"byte":17',
  },
  {
    name: 'reversed, the last malformed item is the first',
    texts: ['{"a":1}\n{"a":3\n{"a":4}\n{"a":5\n{"a":6}\n'],
    query: 'format=json&desc=1',
    shows: '"line":4',
  },
  {
    name: 'a malformed item in a later file',
    texts: [lines({ a: 1 }, { a: 2 }), '{"b":1}\n[1]\n'],
    query: 'format=json',
    shows: /1\.jsonl: line 2, byte 8: expected a JSON object/,
  },
  {
    name: 'skipped items: all are counted, the first five are shown with their lines',
    texts: [`${lines({ a: 1 })}${'{"a":\n'.repeat(4)}${lines({ a: 2 })}${'[]\n'.repeat(4)}`],
    query: 'format=jsonl',
    reading: { skipMalformed: true },
    shows: /"skipped":\{"count":8,"first":\[.*"line":7[^\]]*\]/,
  },
  {
    name: 'lenient reading: what was accepted is added up',
    texts: ['{"a":NaN}\n{"a":1,}\n{"a":Infinity}\n'],
    query: 'format=json&indent=0',
    reading: { lenient: true },
    shows: '{"a":null},\n{"a":1},\n{"a":null}',
  },
  {
    name: 'a name is reported as never found only if no range has it, with the first holder',
    texts: [lines({ a: 1 }, { b: 2, p: { q: 1 } }, { p: [] }, {})],
    query: 'format=json&fields=a,b,p.q,missing',
    shows:
      '"neverFound":[{"parameter":"fields","name":"p.q","holder":{"name":"p","kind":"object"}},{"parameter":"fields","name":"missing"}]',
  },
  {
    name: 'a range without items does not hide that no range has a name',
    texts: [lines({ a: 1 }, { a: 2 }, { a: 3 })],
    query: 'format=json&fields=a,missing&limit=1',
    shows: '"neverFound":[{"parameter":"fields","name":"missing"}]',
  },
  {
    name: 'a range without items has found no name and misses none',
    texts: [lines({ a: 1 }, { a: 2 }, { a: 3 })],
    query: 'format=json&fields=a&limit=1',
    shows: '"neverFound":[]',
  },
  {
    name: 'replaced values: of found columns the cells come before the header',
    texts: [lines({ 'h\u0001': 'c\u0001' }, { 'h\u0001': 'd\u0001' })],
    query: 'format=html',
    shows: '"replacedCharacters":{"count":3,"atLeast":false,"examples":["c\\u0001","d\\u0001","h\\u0001"]}',
  },
  {
    name: 'replaced values: of fixed columns the header comes first',
    texts: [lines({ 'h\u0001': 'c\u0001' }, { 'h\u0001': 'd\u0001' })],
    query: 'format=html&columns=h\u0001',
    shows: '"examples":["h\\u0001","c\\u0001","d\\u0001"]',
  },
  {
    name: 'changed names of elements count once over all ranges',
    texts: [lines({ 'a b': 1 }, { 'a b': 2, 'c d': 3 })],
    query: 'format=xml',
    shows: '"changedNames":{"count":2,"atLeast":false,"examples":["a b","c d"]}',
  },
  {
    name: 'a byte order mark, CR LF, and no line feed at the end',
    texts: ['\ufeff{"a":1}\r\n{"a":2}\r\n\r\n{"a":3'],
    query: 'format=jsonl',
    shows: '"line":4,"byte":23',
  },
  {
    name: 'a line that is longer than a range',
    texts: [lines({ a: 'x'.repeat(200_000) }, { a: 1 }, { a: 'y'.repeat(70_000) })],
    query: 'format=jsonl',
    rangeBytes: 10_000,
    shows: '"recordsWritten":3',
  },
  {
    name: 'compressed files are not cut: a range each',
    texts: [gzipSync(lines({ a: 1 }, { b: 2 })), gzipSync(lines({ c: 3 }))],
    extension: 'jsonl.gz',
    query: 'format=csv&bom=0&offset=1',
    shows: '"b","c"\r\n"2",\r\n,"3"\r\n',
  },
  {
    name: 'a compressed file that ends too early is counted as endless',
    texts: [gzipSync(lines({ a: 1 }, { b: 2 })).subarray(0, -9), gzipSync(lines({ c: 3 }))],
    extension: 'jsonl.gz',
    query: 'format=json&offset=1&limit=5',
    shows: 'malformed-input',
  },
  {
    name: 'a workbook: the widths are those of the first rows over all ranges',
    texts: [lines({ a: 1 }, { b: 'x'.repeat(30) }, { a: 'y'.repeat(20), b: 2 })],
    query: 'format=xlsx',
    shows: '"written":2',
  },
  {
    name: 'a workbook of several runs of rows: compression starts anew after the same rows',
    texts: [Array.from({ length: 20_000 }, (_, a) => `{"a":${a}${a % 7 === 0 ? ',"b":"é"' : ''}}\n`).join('')],
    query: 'format=xlsx&compression=1',
    rangeBytes: 40_000,
    shows: '"recordsWritten":20000',
  },
  {
    name: 'a workbook with the columns of the caller',
    texts: [lines({ a: 1, c: 1 }, { b: 2, x: 2 }, { c: 3 })],
    query: 'format=xlsx&columns=c,b',
    shows: '"unlisted":{"count":2,"atLeast":false,"examples":["a","x"]}',
  },
  {
    name: 'several sheets, each with the header row, whose replaced characters count each time',
    texts: [lines(...Array.from({ length: 23 }, (_, a) => ({ 'a\ud800': a, [`b${a % 3}`]: '\ud800' })))],
    query: 'format=xlsx&desc=1',
    settings: { formats: smallSheets },
    shows: '"replacedCharacters":{"count":28,',
  },
  {
    name: 'a workbook without a column',
    texts: [lines({}, {})],
    query: 'format=xlsx',
    settings: { withoutColumns: 'write' },
    shows: '"written":0',
  },
  {
    name: 'csv files',
    texts: ['a,b\n1,2\n', 'c\n3\n'],
    extension: 'csv',
    query: 'format=jsonl&desc=1',
    shows: '{"c":"3"}\n{"a":"1","b":"2"}',
  },
  {
    name: 'small files are put together',
    texts: Array.from({ length: 12 }, (_, a) => lines({ a })),
    query: 'format=json&indent=0',
    rangeBytes: 30,
    shows: '{"a":11}]',
  },
];

it.each(rows)('$name', async ({ texts, extension, query, reading = {}, settings = {}, rangeBytes = 1, shows }) => {
  await scratch(async (folder) => {
    const paths = filesOf(folder, texts, extension);
    const local: Asked = { request: query, settings };
    const expected = await inOneGo(paths, reading, local);
    const seen = { ranges: 0 };
    const split = await inParts(`${folder}/store`, () => datasetOfFiles(paths, reading), local, {
      rangeBytes,
      cut: (ranges) => {
        seen.ranges = ranges.length;
        return ranges;
      },
      shuffle: (tasks) => tasks.toReversed(),
    });
    expect(split).toEqual(expected);
    const text = shown(split, folder);
    if (typeof shows === 'string') expect(text).toContain(shows);
    else expect(text).toMatch(shows);
    if (texts.join('').includes('}\n{') || texts.length > 1) expect(seen.ranges).toBeGreaterThan(1);
  });
});

function shown(told: Told, folder: string): string {
  const text = 'text' in told ? told.text : '';
  return `${text}\n${JSON.stringify(told)}`.replaceAll(folder, '');
}
