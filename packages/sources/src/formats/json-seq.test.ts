import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../file.js';
import type { ReadOptions } from '../options.js';
import { bothReadings } from '../testing/json-items.js';
import { itemsOf, readUntilFailure, scratchDirectory } from '../testing/scratch.js';

const scratch = scratchDirectory();
const rows: readonly (readonly [name: string, text: string, items: readonly unknown[], options: ReadOptions])[] = [
  ['of reports', '\x1e{"name":"desk"}\n\x1e{"name":"lamp"}\n', [{ name: 'desk' }, { name: 'lamp' }], {}],
  ['texts over several lines', '\x1e{\n"a":1\n}\n\x1e{"a":[\n2]}', [{ a: 1 }, { a: [2] }], {}],
  ['separators without a text, and blanks first', '\n \x1e\x1e\n\x1e{"a":1}\n\x1e', [{ a: 1 }], {}],
  ['characters of several bytes', '\x1e{"ž":"🐎"}\n', [{ ž: '🐎' }], {}],
  ['no separator before the first text', '{"a":1}\n\x1e{"a":2}', [{ a: 1 }, { a: 2 }], { inputFormat: 'json-seq' }],
  ['lenient', '\x1e{"a":NaN},\n\x1e{"a":[1,]}\n', [{ a: null }, { a: [1] }], { lenient: true }],
  ['malformed texts left out', '\x1e{"a":\x1e{"a":2}\n\x1e5\n\x1e{"a":3}', [{ a: 2 }, { a: 3 }], { skipMalformed: true }],
  ['items inside', '\x1e{"d":[{"n":1}]}\n\x1e{"d":[{"n":2}]}\n', [{ n: 1 }, { n: 2 }], { itemsAt: 'd' }],
];

describe.each(rows)('%s', (_, text, items, options) => {
  it.each([undefined, 1, 4])('%s bytes at a time, under any name', async (chunkSize) => {
    const source = await fileSource(scratch.write('a.json', text), { ...options, chunkSize });
    const { objects, json } = await bothReadings(source);
    expect(objects?.items).toEqual(items);
    expect(json).toEqual(objects);
    expect(await itemsOf(source, { desc: true })).toEqual(items.toReversed());
    expect(await itemsOf(await fileSource(scratch.write('a.gz', gzipSync(text)), options))).toEqual(items);
  });
});

it('a malformed text is refused at its line', async () => {
  for (const chunkSize of [1, 5, 1000]) {
    const source = await fileSource(scratch.write('b.json-seq', '\x1e{"a":1}\n\x1e\n{"a":\n2}\n\x1e{"b"}\n'), { chunkSize });
    const { error } = await readUntilFailure(source);
    expect(error).toMatchObject({ line: 5, byte: 21 });
    const { objects, json } = await bothReadings(source);
    expect(json).toEqual(objects);
  }
});
