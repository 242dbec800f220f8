import { mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { exportItems } from '@dataset-items/exporter';
import type { Item } from '@dataset-items/query-pipeline';
import { formats } from '@dataset-items/serializers';
import { fileSource, streamSource } from '@dataset-items/sources';
import { DuckDBInstance } from '@duckdb/node-api';
import fc from 'fast-check';
import { parquetMetadataAsync, parquetReadObjects } from 'hyparquet';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { parquet, parquetInput, parquetSource, plugin } from './index.js';

let folder: string;

beforeAll(async () => {
  folder = await mkdtemp(join(tmpdir(), 'parquet-'));
});
afterAll(() => rm(folder, { recursive: true }));

async function written(
  items: readonly Item[],
  request: Record<string, string | number | boolean> = {},
  settings = {},
): Promise<Buffer> {
  const { bytes } = await exportItems(
    items,
    { ...request, format: 'parquet' },
    { formats: { ...formats, parquet }, ...settings },
  );
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks);
}

function asFile(bytes: Buffer): ArrayBuffer {
  return Uint8Array.from(bytes).buffer;
}

async function stored(bytes: Buffer, name = 'items.parquet'): Promise<string> {
  const path = join(folder, name);
  await writeFile(path, bytes);
  return path;
}

async function queried(sql: string): Promise<unknown[]> {
  const instance = await DuckDBInstance.create(':memory:');
  const connection = await instance.connect();
  try {
    return (await connection.runAndReadAll(sql)).getRowObjectsJson();
  } finally {
    connection.closeSync();
    instance.closeSync();
  }
}

async function exportedJson(path: string, request: Record<string, unknown> = {}): Promise<unknown> {
  const { bytes } = await exportItems(await parquetSource(path), { ...request, format: 'json' }, {});
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return JSON.parse(Buffer.concat(chunks).toString());
}

const columnTypes = [
  { values: [true, null, false], type: 'BOOLEAN', read: [true, null, false] },
  { values: [1, -2147483647, 2147483647], type: 'INTEGER', read: [1, -2147483647, 2147483647] },
  { values: [1, 2147483648], type: 'BIGINT', read: [1, 2147483648] },
  { values: [Number.MAX_SAFE_INTEGER, Number.MIN_SAFE_INTEGER], type: 'BIGINT', read: [9007199254740991, -9007199254740991] },
  { values: [1, 0.5, 2147483648], type: 'DOUBLE', read: [1, 0.5, 2147483648] },
  { values: [1e300, 2 ** 53], type: 'DOUBLE', read: [1e300, 2 ** 53] },
  { values: ['a', '', '😀 "quoted"', null], type: 'VARCHAR', read: ['a', '', '😀 "quoted"', null] },
  { values: ['a', 1, true, 0.5], type: 'VARCHAR', read: ['a', '1', 'true', '0.5'] },
  { values: [true, 1], type: 'VARCHAR', read: ['true', '1'] },
  { values: [null, null], type: 'VARCHAR', read: [null, null] },
  { values: ['2024-02-29T12:34:56Z'], type: 'VARCHAR', read: ['2024-02-29T12:34:56Z'] },
] as const;

describe('the type of a column', () => {
  it.each(columnTypes)('of $values is $type', async ({ values, type, read }) => {
    const bytes = await written(values.map((value) => ({ value })));
    const path = await stored(bytes);
    expect(await queried(`select typeof(value) as type from '${path}' limit 1`)).toEqual([{ type }]);
    expect(await exportedJson(path)).toEqual(read.map((value) => ({ value })));
    expect(await parquetReadObjects({ file: asFile(bytes) })).toHaveLength(values.length);
  });
});

describe('parquet', () => {
  it('has the same columns and rows as every table', async () => {
    const items = [{ b: 1, a: { c: ['x', 'y'] } }, { b: 2, 'd.e': 'dot' }, {}];
    const path = await stored(await written(items));
    expect(await queried(`select * from '${path}'`)).toEqual([
      { b: 1, 'a/c/0': 'x', 'a/c/1': 'y', 'd.e': null },
      { b: 2, 'a/c/0': null, 'a/c/1': null, 'd.e': 'dot' },
      { b: null, 'a/c/0': null, 'a/c/1': null, 'd.e': null },
    ]);
  });

  it('is the same in one group and in many', async () => {
    const items = Array.from({ length: 1000 }, (_, number) => ({
      number,
      text: `row ${number}`,
      mixed: number < 999 ? number : 'end',
    }));
    const one = await written(items);
    const many = await written(items, { rowGroupSize: 64 });
    expect((await parquetMetadataAsync(asFile(one))).row_groups).toHaveLength(1);
    expect((await parquetMetadataAsync(asFile(many))).row_groups).toHaveLength(16);
    expect(await parquetReadObjects({ file: asFile(many) })).toEqual(await parquetReadObjects({ file: asFile(one) }));
    const path = await stored(many);
    expect(
      await queried(`select sum(number)::int as sum, count(*)::int as count, any_value(typeof(mixed)) as type from '${path}'`),
    ).toEqual([{ sum: 499500, count: 1000, type: 'VARCHAR' }]);
  });

  it('starts a new group if the cells are large', async () => {
    const items = Array.from({ length: 20 }, (_, number) => ({ text: String(number % 10).repeat(2 ** 20) }));
    const { row_groups } = await parquetMetadataAsync(asFile(await written(items)));
    expect(row_groups.map(({ num_rows }) => Number(num_rows))).toEqual(new Array(10).fill(2));
  });

  it('can be without rows, and without columns', async () => {
    const rows = await written([], { columns: ['a'] as unknown as string });
    expect(await parquetReadObjects({ file: asFile(rows) })).toEqual([]);
    const columns = await written([{}], {}, { withoutColumns: 'write' });
    expect(Number((await parquetMetadataAsync(asFile(columns))).num_rows)).toBe(0);
  });

  it('reads back what was written', async () => {
    const scalar = fc.oneof(
      fc.string({ unit: 'grapheme' }),
      fc.double({ noNaN: true, noDefaultInfinity: true }),
      fc.maxSafeInteger(),
      fc.boolean(),
      fc.constant(null),
    );
    const item = fc.dictionary(fc.constantFrom('a', 'b', 'c d', 'é', '__proto__'), scalar);
    await fc.assert(
      fc.asyncProperty(
        fc.array(item, { minLength: 1, maxLength: 20 }),
        fc.integer({ min: 1, max: 5 }),
        async (items, rowGroupSize) => {
          const path = await stored(await written(items, { rowGroupSize }, { withoutColumns: 'write' }));
          const rows = (await exportedJson(path)) as Item[];
          const columns = new Set(items.flatMap((each) => Object.keys(each)));
          expect(rows).toHaveLength(columns.size === 0 ? 0 : items.length);
          for (const column of columns) {
            const values = items.map((each) => (Object.hasOwn(each, column) ? each[column] : null));
            const read = rows.map((row) => (Object.hasOwn(row, column) ? row[column] : 'no such column'));
            const isMixed = new Set(values.flatMap((value) => (value === null ? [] : typeof value))).size > 1;
            expect(read).toEqual(
              values.map((value) => (value === null || !isMixed ? (Object.is(value, -0) ? 0 : value) : String(value))),
            );
          }
        },
      ),
      { numRuns: 40 },
    );
  });
});

const windows = [
  { request: {}, read: [0, 1, 2, 3, 4, 5, 6, 7, 8, 9] },
  { request: { offset: 3, limit: 4 }, read: [3, 4, 5, 6] },
  { request: { offset: 8, limit: 4 }, read: [8, 9] },
  { request: { offset: 12 }, read: [] },
  { request: { desc: true }, read: [9, 8, 7, 6, 5, 4, 3, 2, 1, 0] },
  { request: { desc: true, offset: 2, limit: 3 }, read: [7, 6, 5] },
];

describe('parquetSource', () => {
  it.each(windows)('reads $request', async ({ request, read }) => {
    const items = Array.from({ length: 10 }, (_, number) => ({ number }));
    const path = await stored(await written(items, { rowGroupSize: 3 }));
    expect(await (await parquetSource(path)).total()).toBe(10);
    expect(await exportedJson(path, request)).toEqual(read.map((number) => ({ number })));
  });

  it.each(['snappy', 'gzip', 'brotli', 'uncompressed'])('reads what DuckDB writes, compressed by %s', async (codec) => {
    const path = join(folder, `${codec}.parquet`);
    await queried(`copy (select i::bigint as i, i / 8 as eighth, [i, i + 1] as list, {'name': 'n' || i} as struct,
      date '2024-02-29' as date, 'abc'::blob as bytes from range(3) t(i)) to '${path}' (format parquet, compression ${codec})`);
    expect(await exportedJson(path, { limit: 1 })).toEqual([
      { i: 0, eighth: 0, list: [0, 1], struct: { name: 'n0' }, date: '2024-02-29T00:00:00.000Z', bytes: 'YWJj' },
    ]);
  });

  it('refuses integers that a number cannot represent, or gives their text', async () => {
    const path = join(folder, 'large.parquet');
    await queried(`copy (select 9007199254740993::bigint as large) to '${path}' (format parquet)`);
    await expect(exportedJson(path)).rejects.toMatchObject({
      code: 'malformed-input',
      message: expect.stringContaining('large'),
    });
    const { bytes } = await exportItems(await parquetSource(path, { bigint: 'text' }), 'format=jsonl');
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    expect(Buffer.concat(chunks).toString()).toBe('{"large":"9007199254740993"}');
  });

  it('names what it cannot read', async () => {
    await expect(parquetSource(join(folder, 'none.parquet'))).rejects.toMatchObject({ code: 'record-not-found' });
    const path = await stored(Buffer.from('this is no such file'), 'text.parquet');
    await expect(parquetSource(path)).rejects.toMatchObject({
      code: 'unreadable-source',
      message: expect.stringContaining(path),
    });
  });
});

describe('parquetInput', () => {
  const inputs = { parquet: parquetInput };
  const items = Array.from({ length: 100 }, (_, n) => ({ n, text: `é ${n}`, nested: n % 2 === 0 }));
  const textOf = async (source: Awaited<ReturnType<typeof fileSource>>, request = 'format=jsonl') => {
    const { bytes } = await exportItems(source, request);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    return Buffer.concat(chunks).toString();
  };

  it.each(['', 'offset=30&limit=40', 'desc=1&limit=3', 'offset=1000'])('gives what parquetSource gives: "%s"', async (window) => {
    const bytes = await written(items, {}, { defaults: { rowGroupSize: 17 } });
    const path = await stored(bytes, 'input.parquet');
    const expected = await textOf(
      (await parquetSource(path)) as Awaited<ReturnType<typeof fileSource>>,
      `format=jsonl&${window}`,
    );
    const packed = await stored(gzipSync(bytes), 'input.parquet.gz');
    const renamed = await stored(bytes, 'input.data');
    for (const from of [path, packed, renamed]) {
      expect(await textOf(await fileSource(from, { inputs }), `format=jsonl&${window}`)).toBe(expected);
    }
    const facts = { id: 'x', name: 'x', modifiedAt: undefined };
    expect(await textOf(streamSource(Readable.from([bytes]), facts, { inputs }), `format=jsonl&${window}`)).toBe(expected);
  });

  it('refuses integers that a number cannot represent, or gives their text', async () => {
    const path = join(folder, 'large.parquet');
    await queried(`copy (select 9007199254740993::bigint as n, [1::bigint] as l) to '${path}' (format parquet)`);
    await expect(textOf(await fileSource(path, { inputs }))).rejects.toThrow('item 1: a BigInt in the field "n"');
    const given = await fileSource(path, { inputs, inputOptions: { bigint: 'text' } });
    expect(await textOf(given)).toBe('{"n":"9007199254740993","l":[1]}');
  });

  it('names what it cannot read', async () => {
    const path = await stored(Buffer.from('PAR1, but no more'), 'broken.parquet');
    await expect(textOf(await fileSource(path, { inputs }))).rejects.toThrow(`${path}: cannot be read as Parquet: `);
  });

  it('is part of the plugin of the command', () => {
    expect(plugin).toEqual({ formats: { parquet }, inputs });
  });
});
