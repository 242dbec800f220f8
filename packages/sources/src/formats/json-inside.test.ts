import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../file.js';
import type { ReadOptions } from '../options.js';
import { streamSource } from '../stream.js';
import { bothReadings } from '../testing/json-items.js';
import { itemsOf, noFacts, readUntilFailure, scratchDirectory } from '../testing/scratch.js';

const scratch = scratchDirectory();
const wrapped = '{"data":{"total":2,"items":[{"name":"desk","price":3},{"name":"lamp","price":4}]}}';
const keyed = '{"kA":{"name":"desk","price":3},"kB":{"name":"lamp","price":4}}';

interface Row {
  readonly name: string;
  readonly text: string;
  readonly options: ReadOptions;
  readonly items: readonly unknown[];
}

const desk = { name: 'desk', price: 3 };
const lamp = { name: 'lamp', price: 4 };

const rows: readonly Row[] = [
  { name: 'an array in an object', text: wrapped, options: { itemsAt: 'data.items' }, items: [desk, lamp] },
  {
    name: 'over several lines',
    text: JSON.stringify(JSON.parse(wrapped), null, 2),
    options: { itemsAt: 'data.items' },
    items: [desk, lamp],
  },
  { name: 'a JSON pointer', text: wrapped, options: { itemsAt: '/data/items' }, items: [desk, lamp] },
  { name: 'one object', text: wrapped, options: { itemsAt: 'data' }, items: [{ total: 2, items: [desk, lamp] }] },
  { name: 'a map by key', text: keyed, options: { itemsAt: '*' }, items: [desk, lamp] },
  {
    name: 'a map by key, the key kept',
    text: keyed,
    options: { itemsAt: '*', keyAs: 'id' },
    items: [
      { id: 'kA', ...desk },
      { id: 'kB', ...lamp },
    ],
  },
  {
    name: 'a key in place of a field',
    text: '{"a":{"x":1,"id":2}}',
    options: { itemsAt: '*', keyAs: 'id' },
    items: [{ id: 'a', x: 1 }],
  },
  {
    name: 'a key called __proto__, kept under that name',
    text: '{"__proto__":{"x":1}}',
    options: { itemsAt: '*', keyAs: '__proto__' },
    items: [JSON.parse('{"__proto__":"__proto__","x":1}')],
  },
  {
    name: 'a map of arrays',
    text: '{"by":{"a":[{"n":1},{"n":2}],"b":[],"c":[{"n":3}]},"n":[{"n":4}]}',
    options: { itemsAt: 'by.*', keyAs: 'k' },
    items: [
      { k: 'a', n: 1 },
      { k: 'a', n: 2 },
      { k: 'c', n: 3 },
    ],
  },
  {
    name: 'a name after a star',
    text: '[{"items":[{"n":1}]},{"other":[{"n":2}]},{"items":{"n":3}}]',
    options: { itemsAt: '*.items' },
    items: [{ n: 1 }, { n: 3 }],
  },
  {
    name: 'the key of a map, though an index is nearer',
    text: '{"x":{"pages":[{"n":1},{"n":2}]}}',
    options: { itemsAt: '*.pages.*', keyAs: 'k' },
    items: [
      { k: 'x', n: 1 },
      { k: 'x', n: 2 },
    ],
  },
  { name: 'an index', text: '{"a":[[{"n":1}],[{"n":2}]]}', options: { itemsAt: 'a.1' }, items: [{ n: 2 }] },
  {
    name: 'documents one per line',
    text: '{"d":[{"n":1}]}\n\n{"e":[]}\n{"d":[{"n":2},{"n":3}]}\n',
    options: { itemsAt: 'd' },
    items: [{ n: 1 }, { n: 2 }, { n: 3 }],
  },
  {
    name: 'a path that occurs twice',
    text: '{"d":[{"n":1}],"d":[{"n":2}]}',
    options: { itemsAt: 'd' },
    items: [{ n: 1 }, { n: 2 }],
  },
  {
    name: 'names with dots, slashes, escapes and other characters',
    text: '{"a.b":{"c/d":{"\\u017e\\"\\\\":{"~":[{"n":1}]}}}}',
    options: { itemsAt: '/a.b/c~1d/ž"\\/~0' },
    items: [{ n: 1 }],
  },
  {
    name: 'brackets in texts, and values of all kinds around',
    text: '{"s":"]}\\"[","n":-1.5e3,"t":true,"z":null,"o":{"d":[{"n":9}]},"d":[{"n":"}]"}],"l":[[],{}]}',
    options: { itemsAt: 'd' },
    items: [{ n: '}]' }],
  },
  { name: 'an empty array', text: '{"d":[]}', options: { itemsAt: 'd' }, items: [] },
  { name: 'an empty map', text: '{}', options: { itemsAt: '*' }, items: [] },
  { name: 'nothing', text: '', options: { itemsAt: 'd' }, items: [] },
  {
    name: 'lenient, around the items and in them',
    text: '{"a":NaN,"d":[{"n":Infinity,},],}',
    options: { itemsAt: 'd', lenient: true },
    items: [{ n: null }],
  },
];

describe.each(rows)('$name', ({ name, text, options, items }) => {
  const path = scratch.write(`${name.replaceAll(/\W/g, '-')}.json`, text);

  it.each([undefined, 1, 2, 7])('in pieces of %s bytes', async (chunkSize) => {
    const source = await fileSource(path, { ...options, chunkSize });
    const { objects, json } = await bothReadings(source);
    expect(objects?.items).toEqual(items);
    // A key is added to objects, and an empty file has no bytes.
    expect(json).toEqual(options.keyAs === undefined ? objects : undefined);
  });

  it('in reverse, in part, packed and as a stream', async () => {
    const source = await fileSource(scratch.write('packed.gz', gzipSync(text)), options);
    expect(await itemsOf(source, { desc: true })).toEqual(items.toReversed());
    expect(await itemsOf(source, { offset: 1, limit: 1 })).toEqual(items.slice(1, 2));
    expect(await source.count?.()).toBe(items.length);
    expect(await itemsOf(streamSource(Readable.from([Buffer.from(text)]), noFacts, options))).toEqual(items);
  });
});

describe('refused', () => {
  for (const [text, itemsAt, line, byte, reason] of [
    [wrapped, 'data.itms', 1, 0, 'nothing is at the path "data.itms" of `itemsAt`; "data" has "total", "items"'],
    [wrapped, 'item', 1, 0, 'nothing is at the path "item" of `itemsAt`; the document has "data"'],
    ['[{"a":1}]', 'a', 1, 0, 'nothing is at the path "a" of `itemsAt`; the document is an array, for whose elements `*` stands'],
    ['{"d":{"e":[[1]]}}', 'd.e.x', 1, 0, '"d.e" is an array, for whose elements `*` stands'],
    ['{"d":[{"n":1}]}\nxyz', 'd', 2, 16, 'expected an object or an array, got "x"'],
    ['{"d":[{"n":1}]}}', 'd', 1, 15, 'expected an object or an array, got "}"'],
    ['{"d":[{"n":1}]} 5', 'd', 1, 16, 'expected an object or an array, got "5"'],
    ['{"d":\n[{"n":1},\n5]}', 'd', 3, 16, 'expected a JSON object, got a number'],
    ['{"d":[{"n":1},[{"n":2}]]}', 'd', 1, 14, 'expected a JSON object, got an array'],
    ['{"d":[\n{"n":1}\n,]}', 'd', 3, 15, 'not valid JSON: a trailing comma'],
    ['{"d":[{"n":1}],\n}', 'd', 1, 14, 'not valid JSON: a trailing comma'],
    ['{"d":[{"n":1} {"n":2}]}', 'd', 1, 14, 'expected a comma or the end of the array, got "{"'],
    ['{"d":[{"n":1}]', 'd', 1, 14, 'the text ends inside the document'],
    ['{"d":[{"n":1', 'd', 1, 6, 'the text ends inside this element'],
    ['{"d" [{"n":1}]}', 'd', 1, 5, 'expected a colon, got "["'],
    ['{"a":}', 'a', 1, 5, 'expected a value, got "}"'],
    ['{a:1}', 'a', 1, 1, 'expected a name in quotes, got "a"'],
    ['{"a":[{"n":NaN}]}', 'a', 1, 11, 'not valid JSON: NaN'],
  ] as const) {
    it(`${itemsAt} of ${JSON.stringify(text)}`, async () => {
      const source = await fileSource(scratch.write('refused.json', text), { itemsAt });
      const { error } = await readUntilFailure(source);
      expect(error?.message).toContain(reason);
      expect(error).toMatchObject({ code: 'malformed-input', line, byte });
      const { objects, json } = await bothReadings(source);
      expect(json).toEqual(objects);
    });
  }

  it('malformed items are skipped, but not a path that leads nowhere', async () => {
    const path = scratch.write('skip.json', '{"d":[{"n":1},5,{"n":},{"n":2}]}');
    const source = await fileSource(path, { itemsAt: 'd', skipMalformed: true });
    expect(await itemsOf(source)).toEqual([{ n: 1 }, { n: 2 }]);
    expect(source.skipped?.().count).toBe(2);
    const nowhere = await fileSource(path, { itemsAt: 'x', skipMalformed: true });
    expect((await readUntilFailure(nowhere)).error?.message).toContain('nothing is at the path');
  });

  it.each<[string, ReadOptions, string]>([
    ['a.csv', { itemsAt: 'd' }, 'itemsAt: got "d", expected it only for JSON'],
    ['a.json', { keyAs: 'id' }, 'keyAs: got "id", expected it only with `itemsAt`'],
    ['a.json', { itemsAt: 'm', keyAs: 'id' }, 'keyAs: got "id", expected it only with a `*` in `itemsAt`'],
  ])('%s with %j', async (name, options, message) => {
    const source = await fileSource(scratch.write(name, 'a,b\n1,2\n'), options);
    await expect(itemsOf(source)).rejects.toThrow(message);
  });

  it('a directory', async () => {
    await expect(fileSource(scratch.path, { itemsAt: 'd' })).rejects.toThrow('itemsAt: got "d", expected it only for files');
  });
});
