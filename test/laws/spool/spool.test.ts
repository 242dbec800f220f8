import { spawnSync } from 'node:child_process';
import { mkdtempSync, readdirSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { exportItems, formats } from 'dataset-items';
import { buildSync } from 'esbuild';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { randomOf } from '../../../packages/kernel/src/testing/random.js';
import { ordinary, randomCase } from '../lanes/cases.js';
import { sourceOf } from '../lanes/source.js';
import { writeStored } from './stored-table.js';

const folder = mkdtempSync(join(tmpdir(), 'spool-'));
const program = join(folder, 'finish.mjs');

beforeAll(() => {
  const packages = readdirSync('packages').map((name) => [`@dataset-items/${name}`, resolve(`packages/${name}/src/index.ts`)]);
  buildSync({
    entryPoints: ['test/laws/spool/finish.ts'],
    outfile: program,
    bundle: true,
    platform: 'node',
    format: 'esm',
    banner: { js: "import { createRequire } from 'node:module'; const require = createRequire(import.meta.url);" },
    alias: Object.fromEntries(packages),
  });
});

afterAll(() => rmSync(folder, { recursive: true }));

const lines = (items: readonly object[]): string => items.map((item) => JSON.stringify(item)).join('\n');

/** Rows in which the order of the columns is known only at the end. */
const rows = [
  { name: 'columns that come later', query: '', text: lines([{ b: 1 }, { a: 2, b: [3, { c: 4 }] }, {}, { aa: 5 }]) },
  { name: 'a row that the kernel does not take, between others', query: '', text: '{"a":1}\n{"b":1.0,"a":"x"}\n{"c":2,"a":3}' },
  {
    name: 'places that records have shown',
    query: 'unwind=u&fields=z,u,a',
    text: lines([{ z: 1, u: [{ c: 1 }, { b: 2, a: 3 }], a: 4 }, { u: { d: 5 } }, { u: 7, z: 8 }]),
  },
  {
    name: 'places of several unwound names',
    query: 'unwind=u,v&fields=v,a,u',
    text: lines([
      { a: 1, u: [{ y: 1 }], v: [{ x: 2 }, { w: 3 }] },
      { a: 2, v: { x: 1, q: 1 } },
    ]),
  },
  {
    name: 'names over the limits',
    query: '',
    text: lines([
      { a: 1, b: 2, 'a long name': 3 },
      { 0: 4, c: 5 },
    ]),
    maxColumns: 2,
    maxNameLength: 6,
  },
  { name: 'no row', query: 'fields=a,b', text: '' },
];

const random = randomOf(20);
const drawn = Array.from({ length: 120 }, () => randomCase(random, { ...ordinary, formats: ['csv'] }));

it('a table that one process spooled is finished by another, whichever lane wrote it', async () => {
  const spooling = { ...formats, csv: { ...formats.csv, serializer: () => writeStored } };
  const textOf = async (
    ...given: Parameters<typeof exportItems<typeof formats>>
  ): Promise<{ text: string; columns: unknown }> => {
    const { bytes, report } = await exportItems(...given);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    return { text: Buffer.concat(chunks).toString(), columns: (await report).columns };
  };
  const whole = { first: 0, piece: 1 << 16, skipMalformed: true, maxDepth: 1000 };
  const cases = [
    ...rows.map(({ text, query, name: _, ...limits }) => ({
      stored: { ...whole, parts: [{ layout: 'jsonl' as const, text: Buffer.from(text) }] },
      query: `${query}&format=csv`,
      limits,
    })),
    ...drawn.map(({ query, ...stored }) => {
      const { unwind, flatten, fields, omit, desc, offset, maxColumns } = query as Record<string, unknown>;
      const lists = { unwind, flatten, fields, omit, desc: desc && '1', offset };
      const given = Object.entries(lists).flatMap(([name, value]): [string, string][] =>
        value === undefined ? [] : [[name, String(value)]],
      );
      const limits = typeof maxColumns === 'number' ? { maxColumns } : {};
      return { stored: { ...stored, skipMalformed: true }, query: `${new URLSearchParams(given)}&format=csv`, limits };
    }),
  ];
  const expected: unknown[] = [];
  const asked: object[] = [];
  for (const { stored, query, limits } of cases) {
    const limited = `${query}&${new URLSearchParams(Object.entries(limits).map(([name, value]): [string, string] => [name, String(value)]))}`;
    const once = await textOf(sourceOf(stored), limited, { withoutColumns: 'write', local: true });
    for (const byteLane of [true, false]) {
      const spooled = await textOf(sourceOf(stored), limited, {
        byteLane,
        withoutColumns: 'write',
        local: true,
        formats: spooling as unknown as typeof formats,
      });
      asked.push({ query, limits, stored: spooled.text });
      expected.push({ csv: once.text, columns: once.columns });
    }
  }
  const { stdout, stderr, status } = spawnSync(process.execPath, [program], {
    input: JSON.stringify(asked),
    encoding: 'utf8',
    maxBuffer: 1 << 28,
  });
  expect([stderr, status]).toEqual(['', 0]);
  const finished: unknown[] = JSON.parse(stdout);
  expect(finished.length).toBe(cases.length * 2);
  for (const [index, table] of finished.entries())
    expect([cases[index >> 1]?.query, table]).toEqual([cases[index >> 1]?.query, expected[index]]);
});
