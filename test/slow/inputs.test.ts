import { statSync, utimesSync } from 'node:fs';
import { join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { formatNames } from 'dataset-items';
import { writeToString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { flat, lines, typed, workbook } from '../command/flat-items.js';
import { type Files, inDirectory, jsonLines } from '../command/scratch.js';
import { runCommand } from '../command.js';

const written = new Date('2024-05-06T07:08:09Z');

const nested = flat.map(({ id, name }) => ({ id, price: { usd: id, was: name }, tags: ['a', id] }));
const nestedRows = nested.map(({ id, price, tags }) => ({
  id,
  'price/usd': price.usd,
  'price/was': price.was,
  'tags/0': tags[0],
  'tags/1': tags[1],
}));
const csv = await writeToString(flat, { headers: true });

function directoryOf(path: string): Files {
  return Object.fromEntries([
    ...flat.map((item, index) => [`${path}/${String(index + 1).padStart(9, '0')}.json`, JSON.stringify(item, null, 2)]),
    [`${path}/__metadata__.json`, JSON.stringify({ itemCount: flat.length })],
  ]);
}

interface Kind {
  readonly name: string;
  /** The files, whose base name is `items`, and the file that is given to the command. */
  readonly files: Files;
  readonly path: string;
  readonly flags?: readonly string[];
  /** The items, if they are not `flat`. */
  readonly means?: readonly unknown[];
  /** It is read from standard input too. */
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
  { name: 'a directory with one file per item', files: directoryOf('items'), path: 'items' },
  {
    name: 'a dataset of a storage directory',
    files: directoryOf('storage/datasets/items'),
    path: 'storage',
    flags: ['--dataset', 'items'],
  },
  { name: 'the dataset directory itself', files: directoryOf('storage/datasets/items'), path: 'storage/datasets/items' },
];

/** Sets the same date on everything from which the date of an export could be taken. */
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

/** The exports of `items.jsonl` with the same items, by format. */
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

/** Formats without a date. Standard input has no date, so the others use the current time. */
const undated = formatNames.filter((format) => format !== 'xlsx' && format !== 'rss');

describe.concurrent('every kind of input gives the same bytes as JSON Lines', () => {
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
