import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import type { Item } from '@dataset-items/query-pipeline';
import ExcelJS from 'exceljs';
import { writeToString } from 'fast-csv';
import { describe, expect, it } from 'vitest';
import { openInputs } from './inputs.js';
import type { ReadOptions } from './options.js';
import { streamSource } from './stream.js';
import { itemsOf, noFacts, scratchDirectory, slice, windows } from './testing/scratch.js';

const scratch = scratchDirectory();

/** Items that all kinds can contain: every value is a string that is not empty. */
const items = Array.from({ length: 40 }, (_, index) => ({
  url: `https://example.com/${index}`,
  name: `žluťoučký kůň ${'\u{1f40e}'.repeat(index % 4)} "${index}", a\nb`,
  'odd <&> name': `&lt;${index} _x0041_`,
}));
const jsonl = items.map((item) => `${JSON.stringify(item)}\n`).join('');
const json = JSON.stringify(items, null, 2);
const csv = (delimiter = ',') => writeToString([...items], { headers: true, delimiter, includeEndRowDelimiter: true });

interface Kind {
  readonly name: string;
  readonly path: string;
  readonly options?: ReadOptions;
  /** A stream of the bytes gives the same items. */
  readonly bytes?: true;
}

const kinds: readonly Kind[] = [
  { name: 'JSON Lines', path: scratch.write('a.jsonl', jsonl), bytes: true },
  { name: 'JSON Lines without a last line end', path: scratch.write('b.jsonl', jsonl.trimEnd()), bytes: true },
  { name: 'JSON Lines with CRLF and blank lines', path: scratch.write('c.jsonl', jsonl.replaceAll('\n', '\r\n\n')), bytes: true },
  { name: 'JSON Lines after a byte order mark', path: scratch.write('d.jsonl', `\ufeff${jsonl}`), bytes: true },
  { name: 'a JSON array', path: scratch.write('a.json', json), bytes: true },
  { name: 'a JSON array on one line', path: scratch.write('b.json', JSON.stringify(items)), bytes: true },
  {
    name: 'objects one after the other',
    path: scratch.write('c.json', items.map((item) => JSON.stringify(item, null, 2)).join('\n')),
    bytes: true,
  },
  { name: 'gzip of JSON Lines', path: scratch.write('a.jsonl.gz', gzipSync(jsonl)), bytes: true },
  {
    name: 'gzip members one after the other',
    path: scratch.write('b.jsonl.gz', Buffer.concat([gzipSync(jsonl.slice(0, 777)), gzipSync(jsonl.slice(777))])),
    bytes: true,
  },
  { name: 'gzip of a JSON array', path: scratch.write('a.json.gz', gzipSync(json)), bytes: true },
  { name: 'gzip without its extension', path: scratch.write('packed.jsonl', gzipSync(jsonl)), bytes: true },
  { name: 'gzip of gzip', path: scratch.write('twice.gz', gzipSync(gzipSync(jsonl))), bytes: true },
  { name: 'brotli of JSON Lines', path: scratch.write('a.jsonl.br', brotliCompressSync(jsonl)) },
  { name: 'plain JSON Lines called .br', path: scratch.write('plain.br', jsonl) },
  { name: 'plain JSON called .gz', path: scratch.write('plain.gz', json), bytes: true },
  { name: 'JSON Lines called .csv', path: scratch.write('lines.csv', jsonl), bytes: true },
  { name: 'a JSON array called .xlsx', path: scratch.write('array.xlsx', json), bytes: true },
  { name: 'CSV', path: scratch.write('a.csv', await csv()) },
  {
    name: 'CSV with semicolons, byte order mark and CRLF',
    path: scratch.write('b.csv', `\ufeff${(await csv(';')).replaceAll(/\n(?=https|$)/g, '\r\n')}`),
  },
  { name: 'CSV with tabs', path: scratch.write('a.tsv', await csv('\t')) },
  { name: 'CSV with bars', path: scratch.write('c.csv', await csv('|')) },
  { name: 'gzip of CSV', path: scratch.write('a.csv.gz', gzipSync(await csv())) },
  { name: 'brotli of CSV', path: scratch.write('a.csv.br', brotliCompressSync(await csv())) },
  {
    name: 'CSV under another name, requested by format',
    path: scratch.write('table.txt', await csv()),
    options: { inputFormat: 'csv' },
    bytes: true,
  },
  { name: 'a workbook with shared strings', path: await workbook('shared.xlsx', true), bytes: true },
  { name: 'a workbook with inline strings', path: await workbook('inline.xlsx', false), bytes: true },
  {
    name: 'a workbook called .jsonl',
    path: scratch.write('book.jsonl', readFileSync(await workbook('x.xlsx', true))),
    bytes: true,
  },
  {
    name: 'gzip of a workbook',
    path: scratch.write('book.gz', gzipSync(readFileSync(await workbook('y.xlsx', true)))),
    bytes: true,
  },
  { name: 'a directory of JSON files', path: directory('storage/datasets/default') },
  { name: 'the directory of all datasets', path: join(scratch.path, 'storage', 'datasets') },
  { name: 'a storage directory', path: join(scratch.path, 'storage') },
  {
    name: 'a dataset by name',
    path: join(directory('other/datasets/mine'), '..', '..'),
    options: { dataset: 'mine' },
  },
];

async function workbook(name: string, useSharedStrings: boolean): Promise<string> {
  const filename = join(scratch.path, name);
  const writer = new ExcelJS.stream.xlsx.WorkbookWriter({ filename, useSharedStrings });
  const sheet = writer.addWorksheet('Data');
  sheet.addRow(Object.keys(items[0] as Item)).commit();
  // exceljs writes text that looks like an escape as it is; a workbook has to escape it.
  for (const item of items) sheet.addRow(Object.values(item).map((text) => text.replaceAll('_x0041_', '_x005F_x0041_'))).commit();
  await writer.commit();
  return filename;
}

function directory(name: string): string {
  const path = join(scratch.path, name);
  mkdirSync(path, { recursive: true });
  writeFileSync(join(path, '__metadata__.json'), '{"itemCount": 40}');
  for (const [index, item] of items.entries()) {
    writeFileSync(join(path, `${String(index + 1).padStart(9, '0')}.json`), JSON.stringify(item, null, 2));
  }
  return path;
}

describe('every kind gives the same items', () => {
  for (const { name, path, options = {}, bytes } of kinds) {
    for (const chunkSize of [37, 256 * 1024]) {
      it(`${name}, ${chunkSize} bytes at a time`, async () => {
        const source = await openInputs([path], { ...options, chunkSize });
        for (const window of windows) expect(await itemsOf(source, window), JSON.stringify(window)).toEqual(slice(items, window));
      });
    }
    if (!bytes) continue;
    it(`${name}, from a stream`, async () => {
      const content = readFileSync(path);
      for (const window of windows) {
        const source = streamSource(Readable.from(pieces(content, 1000)), noFacts, options);
        expect(await itemsOf(source, window), JSON.stringify(window)).toEqual(slice(items, window));
      }
    });
  }

  it('all of them joined, in order, with windows across', async () => {
    const plain = kinds.filter(({ options }) => options === undefined);
    const source = await openInputs(plain.map(({ path }) => path));
    const all = plain.flatMap(() => items);
    for (const window of [{}, { offset: 37, limit: 90 }, { desc: true, offset: 37, limit: 90 }]) {
      expect(await itemsOf(source, window)).toEqual(slice(all, window));
    }
  });

  it('reports its progress', async () => {
    for (const name of ['a.jsonl', 'a.jsonl.gz', 'a.csv']) {
      let read = 0;
      const source = await openInputs([join(scratch.path, name)], { onBytes: (count) => (read += count) });
      await itemsOf(source);
      expect([name, read]).toEqual([name, source.size]);
    }
  });

  it('counts items if that is possible', async () => {
    expect(await (await openInputs([join(scratch.path, 'storage')])).total()).toBe(40);
    expect(await (await openInputs([join(scratch.path, 'a.jsonl')])).total()).toBeUndefined();
  });
});

function* pieces(content: Buffer, size: number): Generator<Buffer> {
  for (let at = 0; at < content.length; at += size) yield content.subarray(at, at + size);
}
