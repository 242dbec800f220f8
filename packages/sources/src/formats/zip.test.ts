import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../file.js';
import type { ReadOptions } from '../options.js';
import { streamSource } from '../stream.js';
import { workbook } from '../testing/broken.js';
import { bothReadings } from '../testing/json-items.js';
import { itemsOf, noFacts, openFiles, readUntilFailure, scratchDirectory } from '../testing/scratch.js';
import { zipOf } from '../testing/zip.js';

const scratch = scratchDirectory();
const fixture = (name: string): string => new URL(`../../../../test/fixtures/from-reports/${name}`, import.meta.url).pathname;
const two = { 'a.jsonl': '{"a":1}\n', 'b/c.csv': 'x;y\n1;2\n' };

const rows: readonly (readonly [
  name: string,
  files: Record<string, string | Buffer>,
  items: readonly unknown[],
  options: ReadOptions,
])[] = [
  ['JSON Lines', { 'a.jsonl': '{"a":1}\n{"a":2}\n' }, [{ a: 1 }, { a: 2 }], {}],
  [
    'a JSON array, with files of the system beside it',
    { '.DS_Store': 'x', '__MACOSX/._a': 'x', 'd/a.json': '[{"a":1}]' },
    [{ a: 1 }],
    {},
  ],
  ['CSV, known by its name', { 'a.csv': 'x;y\n1;2\n' }, [{ x: '1', y: '2' }], {}],
  ['one of several', two, [{ x: '1', y: '2' }], { member: 'b/c.csv' }],
  ['gzip in it', { 'a.csv.gz': gzipSync('x\n1\n') }, [{ x: '1' }], {}],
  ['UTF-16 in it', { 'a.jsonl': Buffer.from('\ufeff{"a":"ž"}', 'utf16le') }, [{ a: 'ž' }], {}],
  ['items inside', { 'a.json': '{"d":[{"n":1}]}' }, [{ n: 1 }], { itemsAt: 'd' }],
];

describe.each(rows)('%s', (_, files, items, options) => {
  it('from a file, a stream and gzip', async () => {
    const bytes = zipOf(files);
    const source = await fileSource(scratch.write('a.zip', bytes), options);
    const { objects, json } = await bothReadings(source);
    expect(objects?.items).toEqual(items);
    if (json !== undefined) expect(json).toEqual(objects);
    expect(await itemsOf(source, { desc: true })).toEqual(items.toReversed());
    expect(await itemsOf(streamSource(Readable.from([bytes]), noFacts, options))).toEqual(items);
    expect(await itemsOf(await fileSource(scratch.write('a.zip.gz', gzipSync(bytes)), options))).toEqual(items);
  });
});

it('the file of a report, and a workbook under another name', async () => {
  expect(await itemsOf(await fileSource(fixture('A30-z.jsonl.zip')))).toEqual([{ a: 1 }]);
  const book = await workbook();
  expect(await itemsOf(await fileSource(scratch.write('book.zip', book)), { limit: 1 })).toEqual([{ a: 'value 0' }]);
  expect(await itemsOf(streamSource(Readable.from([book]), noFacts), { limit: 1 })).toEqual([{ a: 'value 0' }]);
});

/** The archive of one file, marked as encrypted, with 12 bytes of a key before its content. */
function withPassword(bytes: Buffer): Buffer {
  const directory = bytes.indexOf('PK\u0001\u0002');
  bytes.writeUInt16LE(1, 6);
  bytes.writeUInt16LE(1, directory + 8);
  bytes.writeUInt32LE(bytes.readUInt32LE(directory + 24) + 12, directory + 20);
  return bytes;
}

const namesTo = (count: number): string => Array.from({ length: count }, (_, n) => `"${n}.json"`).join(', ');
const manyFiles = (count: number): Buffer =>
  zipOf(Object.fromEntries(Array.from({ length: count }, (_, n) => [`${n}.json`, '{}'])));

describe('refused', () => {
  it.each<[string, Buffer, ReadOptions, string]>([
    ['several files', zipOf(two), {}, 'a zip archive of 2 files; `member` says which one to read: "a.jsonl", "b/c.csv"'],
    ['ten files', manyFiles(10), {}, `a zip archive of 10 files; \`member\` says which one to read: ${namesTo(10)}`],
    [
      'twelve files',
      manyFiles(12),
      {},
      `a zip archive of 12 files; \`member\` says which one to read: ${namesTo(10)} and 2 more`,
    ],
    [
      'a file that is not there',
      zipOf(two),
      { member: 'x' },
      'member: got "x", expected a file of the zip archive: "a.jsonl", "b/c.csv"',
    ],
    ['no files', Buffer.concat([Buffer.from('504b0506', 'hex'), Buffer.alloc(18)]), {}, 'a zip archive without files'],
    [
      'with a password',
      withPassword(zipOf({ 'a.jsonl': '{"a":1}\n' })),
      {},
      'a zip archive with a password, which cannot be read',
    ],
    ['cut short', zipOf(two).subarray(0, 60), {}, 'not a complete zip archive: '],
    [
      '.ods',
      readFileSync(fixture('C12.ods')),
      {},
      'an OpenDocument file such as .ods, which cannot be read; save it as .xlsx or .csv',
    ],
    ['.xlsb', readFileSync(fixture('C13.xlsb')), {}, 'an .xlsb workbook, which cannot be read'],
    ['.docx', zipOf({ 'word/document.xml': '<x/>' }), {}, 'a .docx document'],
    ['.pptx', zipOf({ 'ppt/presentation.xml': '<x/>' }), {}, 'a .pptx presentation'],
    ['.numbers', zipOf({ 'Index/Document.iwa': 'x' }), {}, 'a document of Numbers or Pages'],
  ])('%s', async (_, bytes, options, message) => {
    const before = openFiles();
    const { error } = await readUntilFailure(await fileSource(scratch.write('r.zip', bytes), options));
    expect(`${error?.message}\n`).toContain(message.endsWith('.json"') ? `${message}\n` : message);
    expect(openFiles()).toBe(before);
  });

  it.each([
    ['A30-z.jsonl.xz', 'xz data, which cannot be read; decompress it first, for example with `xz -dc`'],
    ['A30-z.jsonl.bz2', 'bzip2 data, which cannot be read; decompress it first, for example with `bzip2 -dc`'],
    ['C14-html.xls', 'HTML or XML, which cannot be read; save it as .xlsx or .csv'],
  ])('%s', async (name, message) => {
    expect((await readUntilFailure(await fileSource(fixture(name)))).error?.message).toContain(message);
  });
});
