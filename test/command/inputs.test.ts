import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { formatNames } from 'dataset-items';
import ExcelJS from 'exceljs';
import { writeToString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';
import { checkRows, error } from './rows.js';
import { type Files, inDirectory, jsonLines } from './scratch.js';

const written = new Date('2024-05-06T07:08:09Z');

const flat = Array.from({ length: 30 }, (_, index) => ({
  id: `${index}`,
  name: `žluťoučký "kůň", ${'\u{1f40e}'.repeat(index % 3)}\na & b`,
  link: `https://example.com/?a=${index}&b=<c>`,
}));
const typed = flat.map(({ id, ...rest }, index) => ({ id: Number(id) + 0.5, ...rest, sold: index % 2 === 0 }));
const nested = flat.map(({ id, name }) => ({ id, price: { usd: id, was: name }, tags: ['a', id] }));
const nestedRows = nested.map(({ id, price, tags }) => ({
  id,
  'price/usd': price.usd,
  'price/was': price.was,
  'tags/0': tags[0],
  'tags/1': tags[1],
}));
const lines = jsonLines(flat);
const csv = await writeToString(flat, { headers: true });

async function workbook(items: readonly Readonly<Record<string, unknown>>[]): Promise<Uint8Array> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Data');
  sheet.addRow(Object.keys(items[0] ?? {}));
  for (const item of items) sheet.addRow(Object.values(item));
  return new Uint8Array(await book.xlsx.writeBuffer());
}

function directoryOf(path: string): Files {
  return Object.fromEntries([
    ...flat.map((item, index) => [`${path}/${String(index + 1).padStart(9, '0')}.json`, JSON.stringify(item, null, 2)]),
    [`${path}/__metadata__.json`, JSON.stringify({ itemCount: flat.length })],
  ]);
}

interface Kind {
  readonly name: string;
  /** Files, whose base name is `items`, and the file that is named to the command. */
  readonly files: Files;
  readonly path: string;
  readonly flags?: readonly string[];
  /** What it means, where that is not `flat`. */
  readonly means?: readonly unknown[];
  /** Read from standard input too. */
  readonly stream?: true;
}

function fileKind(name: string, path: string, content: string | Uint8Array, more: Partial<Kind> = {}): Kind {
  return { name, files: { [path]: content }, path, stream: true, ...more };
}

const kinds: readonly Kind[] = [
  fileKind('JSON Lines', 'items.jsonl', lines),
  fileKind('a JSON array', 'items.json', JSON.stringify(flat)),
  fileKind('a pretty JSON array', 'items.json', JSON.stringify(flat, null, 2)),
  fileKind('CSV', 'items.csv', csv, { flags: ['--input-format', 'csv'] }),
  fileKind('CSV of nested values', 'items.csv', await writeToString(nestedRows, { headers: true }), {
    flags: ['--nested', '--input-format', 'csv'],
    means: nested,
  }),
  fileKind('a workbook', 'items.xlsx', await workbook(typed), { means: typed }),
  fileKind('a workbook of nested values', 'items.xlsx', await workbook(nestedRows), { flags: ['--nested'], means: nested }),
  fileKind('gzip of JSON Lines', 'items.jsonl.gz', gzipSync(lines)),
  fileKind('gzip of a JSON array', 'items.json.gz', gzipSync(JSON.stringify(flat))),
  fileKind('gzip of CSV', 'items.csv.gz', gzipSync(csv), { flags: ['--input-format', 'csv'] }),
  { name: 'brotli of JSON Lines', files: { 'items.jsonl.br': brotliCompressSync(lines) }, path: 'items.jsonl.br' },
  { name: 'brotli of CSV', files: { 'items.csv.br': brotliCompressSync(csv) }, path: 'items.csv.br' },
  { name: 'CSV by its extension', files: { 'items.csv': csv }, path: 'items.csv' },
  fileKind('gzip called .jsonl', 'items.jsonl', gzipSync(lines)),
  fileKind('a workbook called .csv', 'items.csv', await workbook(typed), { means: typed }),
  fileKind('JSON Lines called .json', 'items.json', lines),
  fileKind('a JSON array called .jsonl', 'items.jsonl', JSON.stringify(flat, null, 2)),
  { name: 'a directory of one file an item', files: directoryOf('items'), path: 'items' },
  {
    name: 'a dataset of a storage directory',
    files: directoryOf('storage/datasets/items'),
    path: 'storage',
    flags: ['--dataset', 'items'],
  },
  { name: 'the dataset directory itself', files: directoryOf('storage/datasets/items'), path: 'storage/datasets/items' },
];

/** The same date on all that the date of an export could be taken from. */
function setDates(directory: string, paths: Iterable<string>): void {
  for (const path of paths) {
    const parts = path.split('/');
    for (let length = parts.length; length > 0; length--)
      utimesSync(join(directory, ...parts.slice(0, length)), written, written);
  }
}

async function exported(cwd: string, args: readonly string[], input?: Uint8Array): Promise<Buffer> {
  const { status, stdout, stderr } = await runCommand(['export', ...args], { cwd, ...(input && { input }) });
  expect([args, status, stderr]).toEqual([args, 0, '']);
  return stdout;
}

const expectations = new Map<unknown, Promise<ReadonlyMap<string, Buffer>>>();

/** Every export of `items.jsonl` that holds the same. */
function expectationOf(means: readonly unknown[], from: 'file' | 'stream'): Promise<ReadonlyMap<string, Buffer>> {
  const key = `${from} ${JSON.stringify(means)}`;
  const made =
    expectations.get(key) ??
    inDirectory({ 'items.jsonl': jsonLines(means) }, async (cwd) => {
      setDates(cwd, ['items.jsonl']);
      const outputs = new Map<string, Buffer>();
      for (const format of formatNames) {
        const args = ['--format', format, from === 'file' ? 'items.jsonl' : '-'];
        outputs.set(format, await exported(cwd, args, from === 'file' ? undefined : Buffer.from(jsonLines(means))));
      }
      return outputs;
    });
  expectations.set(key, made);
  return made;
}

/** Standard input has no date, so formats that tell one take the time of day. */
const undated = formatNames.filter((format) => format !== 'xlsx' && format !== 'rss');

describe.concurrent('every kind of input gives the bytes that JSON Lines give', () => {
  for (const { name, files, path, flags = [], means = flat, stream } of kinds) {
    it(`${name}, as ${formatNames.join(', ')}`, () =>
      inDirectory(files, async (cwd) => {
        setDates(cwd, Object.keys(files));
        expect(statSync(join(cwd, path)).mtime).toEqual(written);
        const expected = await expectationOf(means, 'file');
        for (const format of formatNames) {
          const output = await exported(cwd, ['--format', format, ...flags, path]);
          expect([format, output.equals(expected.get(format) as Buffer)], output.toString('utf8', 0, 300)).toEqual([
            format,
            true,
          ]);
        }
      }));
    if (!stream) continue;
    it(`${name}, from standard input, as ${undated.join(', ')}`, () =>
      inDirectory({}, async (cwd) => {
        const expected = await expectationOf(means, 'stream');
        for (const format of undated) {
          const output = await exported(cwd, ['--format', format, ...flags, '-'], Buffer.from(files[path] as Uint8Array));
          expect([format, output.toString('utf8')]).toEqual([format, expected.get(format)?.toString('utf8')]);
        }
      }));
  }
});

const a = '{"a":1}\n';
const b = '{"b":2}\n';

checkRows('odd inputs', [
  ...['x.jsonl', 'x.json', 'x.csv', 'x.jsonl.gz', 'x.xlsx', 'x'].map((path) => ({
    name: `no bytes, called ${path}`,
    args: ['export', '--format', 'jsonl', path],
    files: { [path]: '' },
  })),
  ...['x.jsonl', 'x.json'].map((path) => ({
    name: `one line end, called ${path}`,
    args: ['export', '--format', 'jsonl', path],
    files: { [path]: '\n' },
  })),
  {
    name: 'one byte that begins an object',
    args: ['export', '--format', 'jsonl', 'x.jsonl'],
    files: { 'x.jsonl': '{' },
    status: 65,
    stderr: /^dataset-items: error: x\.jsonl: line 1, byte 0: /,
  },
  {
    name: 'one byte that is a value, and no item',
    args: ['export', '--format', 'jsonl', 'x.jsonl'],
    files: { 'x.jsonl': '7' },
    status: 65,
    stderr: /^dataset-items: error: x\.jsonl: line 1, byte 0: /,
  },
  {
    name: 'gzip that breaks off',
    args: ['export', '-o', 'out.jsonl', 'x.jsonl.gz'],
    files: { 'x.jsonl.gz': gzipSync(lines).subarray(0, -20) },
    status: 65,
    stderr: /^dataset-items: error: x\.jsonl\.gz: line \d+, byte \d+: /,
  },
  {
    name: 'gzip that breaks off in its first bytes',
    args: ['export', '-o', 'out.csv', 'x.jsonl.gz'],
    files: { 'x.jsonl.gz': gzipSync(lines).subarray(0, 15) },
    status: 65,
    stderr: /^dataset-items: error: x\.jsonl\.gz: line \d+, byte \d+: /,
  },
  {
    name: 'a workbook that breaks off',
    args: ['export', '-o', 'out.csv', 'x.xlsx'],
    files: { 'x.xlsx': (await workbook(typed)).subarray(0, -30) },
    status: 65,
    stderr: /^dataset-items: error: x\.xlsx: /,
  },
  {
    name: 'two kinds in one command, in the order given',
    args: ['export', '--format', 'jsonl', 'x.json', 'y.csv', 'x.jsonl'],
    files: { 'x.json': '[{"a":1}]', 'y.csv': 'b\n2\n', 'x.jsonl': '{"c":3}' },
    stdout: '{"a":1}\n{"b":"2"}\n{"c":3}\n',
  },
  {
    name: 'a file and standard input',
    args: ['export', '--format', 'jsonl', 'x.json', '-'],
    files: { 'x.json': '[{"a":1}]' },
    input: b,
    stdout: a + b,
  },
  {
    name: 'a pattern is read in natural order, and backwards with --desc',
    args: ['export', '--format', 'jsonl', '--desc', 'page-*.jsonl'],
    files: { 'page-10.jsonl': '{"p":10}\n', 'page-9.jsonl': '{"p":9}\n', 'page-1.jsonl': '{"p":1}\n' },
    stdout: '{"p":10}\n{"p":9}\n{"p":1}\n',
  },
  {
    name: 'a pattern is read in natural order, patterns in the order given',
    args: ['export', '--format', 'jsonl', 'z*.jsonl', 'page-*.jsonl'],
    files: { 'page-10.jsonl': '{"p":10}\n', 'page-9.jsonl': '{"p":9}\n', 'page-1.jsonl': '{"p":1}\n', 'z.jsonl': '{"z":0}' },
    stdout: '{"z":0}\n{"p":1}\n{"p":9}\n{"p":10}\n',
  },
  {
    name: 'a fault in the second of two files names that file',
    args: ['export', '--format', 'jsonl', 'x.jsonl', 'y.jsonl'],
    files: { 'x.jsonl': a, 'y.jsonl': 'no' },
    status: 65,
    stdout: /^/,
    stderr: error('y.jsonl: line 1, byte 0: not valid JSON'),
  },
  {
    name: 'text that is not UTF-8 is named with its byte',
    args: ['export', '--format', 'jsonl', 'x.jsonl'],
    files: { 'x.jsonl': Buffer.from('{"a":1}\n{"b":"\xff"}\n', 'latin1') },
    status: 65,
    stdout: /^/,
    stderr: /^dataset-items: error: x\.jsonl: line 2, byte \d+: .*UTF-8/,
  },
]);
