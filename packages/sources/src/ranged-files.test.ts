import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { lineStart } from './lines-range.js';
import type { ReadOptions } from './options.js';
import { rangedFiles } from './ranged-files.js';

let folder = '';
const at = (name: string): string => join(folder, name);

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'ranged-files-'));
  await mkdir(at('items'));
  for (const name of ['000000001.json', '000000002.json', '000000003.json']) await writeFile(at(`items/${name}`), '{"a":1}');
  await writeFile(at('four.jsonl'), '{"a":1}\n{"a":2}\n{"a":3}\n{"a":4}\n');
  await writeFile(at('marked.jsonl'), '\ufeff{"a":1}\n{"a":2}\n');
  await writeFile(at('open.jsonl'), '{"a":1}\n{"a":22222222222222222222}');
  await writeFile(at('array.json'), '[{"a":1},{"a":2}]');
  await writeFile(at('none.jsonl'), '');
});
afterAll(() => rm(folder, { recursive: true }));

describe('ranges of files', () => {
  const whole = (file: number) => ({ file });
  const bytes = (file: number, ...range: [number, number]) => ({ file, bytes: range });
  it.each([
    [
      'a range of one byte has one line',
      ['four.jsonl'],
      1,
      [[bytes(0, 0, 8)], [bytes(0, 8, 16)], [bytes(0, 16, 24)], [bytes(0, 24, 32)]],
    ],
    ['of a line, one line', ['four.jsonl'], 8, [[bytes(0, 0, 8)], [bytes(0, 8, 16)], [bytes(0, 16, 24)], [bytes(0, 24, 32)]]],
    ['of a byte more, two lines', ['four.jsonl'], 9, [[bytes(0, 0, 16)], [bytes(0, 16, 32)]]],
    ['of all but a byte, all', ['four.jsonl'], 31, [[bytes(0, 0, 32)]]],
    ['of all, all', ['four.jsonl'], 32, [[bytes(0, 0, 32)]]],
    ['of more, all', ['four.jsonl'], 100, [[bytes(0, 0, 32)]]],
    ['behind a mark', ['marked.jsonl'], 8, [[bytes(0, 3, 11)], [bytes(0, 11, 19)]]],
    ['a last line without an end', ['open.jsonl'], 8, [[bytes(0, 0, 8)], [bytes(0, 8, 34)]]],
    ['no bytes', ['none.jsonl'], 8, [[whole(0)]]],
    ['an array is whole', ['array.json'], 1, [[whole(0)]]],
    ['a directory is whole', ['items'], 1, [[whole(0)]]],
    [
      'files share a range while there is room',
      ['array.json', 'four.jsonl'],
      26,
      [[whole(0), bytes(1, 0, 16)], [bytes(1, 16, 32)]],
    ],
    ['a byte of room is room', ['array.json', 'four.jsonl'], 18, [[whole(0), bytes(1, 0, 8)], [bytes(1, 8, 32)]]],
    [
      'the end of a file leaves room for the next one',
      ['four.jsonl', 'array.json'],
      24,
      [[bytes(0, 0, 24)], [bytes(0, 24, 32), whole(1)]],
    ],
    ['files that fill ranges do not', ['array.json', 'array.json'], 17, [[whole(0)], [whole(1)]]],
    ['files smaller than a range do', ['array.json', 'array.json'], 18, [[whole(0), whole(1)]]],
    ['no files: one range without items', [], 8, [[]]],
  ])('%s', async (_, names, rangeBytes, expected) => {
    expect(await (await rangedFiles(names.map(at))).ranges(rangeBytes)).toEqual(expected);
  });

  it.each([
    ['four.jsonl', 4],
    ['open.jsonl', 2],
    ['array.json', 2],
    ['items', 3],
    ['none.jsonl', 0],
  ])('the items of %s are counted: %i', async (name, count) => {
    const files = await rangedFiles([at(name), at('four.jsonl')]);
    expect(await files.count([{ file: 0 }])).toBe(count);
    expect(await files.count([{ file: 0 }, { file: 1, bytes: [8, 24] }])).toBe(count + 2);
  });
});

describe('lines of a range', () => {
  it.each([
    [false, [{ a: 2 }, { a: 3 }]],
    [true, [{ a: 3 }, { a: 2 }]],
  ])('descending: %s', async (desc, expected) => {
    const source = await (await rangedFiles([at('four.jsonl')])).open([{ file: 0, bytes: [8, 24] }]);
    expect(source.size).toBe(16);
    const window = { offset: 0, limit: Number.POSITIVE_INFINITY, desc };
    const read: unknown[] = [];
    for await (const batch of source.read(window)) read.push(...batch);
    expect(read).toEqual(expected);
  });
});

describe('what cannot be read in ranges', () => {
  it.each<[string, ReadOptions, RegExp]>([
    ['-', {}, /^file: got "-", expected files, because standard input/],
    ['/dev/null', {}, /^file: got "\/dev\/null", expected a file or a directory/],
    ['four.jsonl', { follow: true }, /^follow: got "true", expected an input that does not grow/],
  ])('%s, %j', async (name, options, message) => {
    const path = name === 'four.jsonl' ? at(name) : name;
    await expect(rangedFiles([path], options)).rejects.toThrow(message);
  });

  it('a file of another number', async () => {
    const files = await rangedFiles([at('four.jsonl')]);
    const message = 'file 1: the data set has no file of this number';
    await expect(files.open([{ file: 1 }])).rejects.toMatchObject({ message, code: 'record-not-found' });
  });
});

describe('the start of a line', () => {
  const text = Buffer.from(`{"a":1}\n${'x'.repeat(70_000)}\nlast`);
  /** Gives at most `most` bytes a read, and none where the file has become shorter than it says. */
  const file = (size: number, most = size) => ({
    size,
    read: async (into: Uint8Array, position: number) => {
      const given = text.subarray(position, position + Math.min(into.length, most));
      into.set(given);
      return given.length;
    },
  });
  it.each([
    ['at it', 8, 8],
    ['a byte behind it', 9, 70_009],
    ['in a line longer than a read', 100, 70_009],
    ['in the last line', 70_010, text.length],
  ])('%s', async (_, from, expected) => {
    expect(await lineStart(file(text.length), from)).toBe(expected);
    expect(await lineStart(file(text.length, 5), from)).toBe(expected);
  });
  it('of a file that became shorter is its end as it was', async () => {
    expect(await lineStart(file(text.length + 50), 70_010)).toBe(text.length + 50);
  });
  it('is not looked for behind the end of a range', async () => {
    expect(await lineStart(file(70_005), 100)).toBe(70_005);
  });
});
