import { mkdtempSync, readdirSync, readlinkSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { compile, foundColumns, type Item, NoColumnsError, unlisted } from '@dataset-items/query-pipeline';
import { describe, expect, it, onTestFinished } from 'vitest';
import { ByteWriter } from '../bytes.js';
import type { CellWriter } from '../format.js';
import { rowCollector } from './collect-rows.js';
import { surveyColumns } from './survey.js';
import { type TableOptions, tabulate } from './tabulate.js';

const writeText: CellWriter = (writer, value) => writer.text(String(value));

async function* one(records: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield records;
}

/** The columns, and the report of dropped ones. */
async function columnsOf(records: readonly Item[], options: TableOptions) {
  const table = await tabulate(compile().records(one(records)), writeText, options);
  let rows = 0;
  for await (const { shapes } of table.blocks) rows += shapes.length;
  return { columns: table.columns, rows, report: table.report() };
}

/** Rows in the order of the columns, and the lengths of the chunks that were handed on before the last. */
async function rowsOf(records: readonly Item[], options: TableOptions, writeCell: CellWriter = framed) {
  const table = await tabulate(compile().records(one(records)), writeCell, options);
  const writer = new ByteWriter();
  const chunks: string[] = [];
  for await (const chunk of table.write(writer)) chunks.push(Buffer.from(chunk).toString());
  const text = [...chunks, Buffer.from(writer.take()).toString()].join('');
  return { columns: table.columns, rows: text.split('\n').slice(0, -1), chunks: chunks.map(({ length }) => length) };
}

const framed: CellWriter = Object.assign((...given: Parameters<CellWriter>) => writeText(...given), {
  row: { start: '<', separator: ',', end: '>\n', gap: '-' },
});

const sets: { name: string; records: Item[]; options: TableOptions }[] = [
  { name: 'found columns', records: [{ b: 1, a: 2 }, { c: 3 }, { a: 4, c: 5 }, {}], options: {} },
  { name: 'fixed columns', records: [{ b: 1, a: 2 }, { c: 3 }, { a: 4, c: 5 }, {}], options: { columns: ['a', 'b', 'c'] } },
];

describe('rows', () => {
  it.each(sets)('of $name have each cell in its place', async ({ records, options }) => {
    const { columns, rows } = await rowsOf(records, options);
    expect([columns, rows]).toEqual([
      ['a', 'b', 'c'],
      ['<2,1,->', '<-,-,3>', '<4,-,5>', '<-,-,->'],
    ]);
  });

  it.each(sets)('of $name are handed on in chunks', async ({ options }) => {
    const records = Array.from({ length: 20_000 }, (_, n) => ({ a: `${n}`.padEnd(20), b: n }));
    const { rows, chunks } = await rowsOf(records, options);
    expect([rows.length, rows[777]?.startsWith('<777 ')]).toEqual([20_000, true]);
    expect(chunks.length).toBeGreaterThan(1);
    for (const length of chunks) expect(length).toBeGreaterThan(30_000);
  });

  it('of more shapes than are remembered have each cell in its place', async () => {
    const records = Array.from({ length: 5000 }, (_, n) => ({ [`k${n % 70}`]: n, [`m${Math.floor(n / 70)}`]: -n }));
    const { columns, rows } = await rowsOf(records, { columnOrder: ['m3', 'k5'] });
    expect([columns.length, columns.slice(0, 3)]).toEqual([142, ['m3', 'k5', 'k0']]);
    const expected = records.map((record) => `<${columns.map((name) => (record as Item)[name] ?? '-').join()}>`);
    expect(rows).toEqual(expected);
  });

  it('of more shapes than are remembered have the later of two values with one name', async () => {
    const records = Array.from({ length: 5000 }, (_, n) => ({
      ...{ [`k${n % 70}`]: 1, 'x/y': 'first', [`m${Math.floor(n / 70)}`]: 1 },
      ...(n % 2 === 0 && { x: { y: n } }),
    }));
    const { columns, rows } = await rowsOf(records, {});
    const place = columns.indexOf('x/y');
    expect([columns.length, rows.length]).toEqual([143, 5000]);
    expect(rows.map((row) => row.slice(1, -1).split(',')[place])).toEqual(records.map(({ x }) => String(x?.y ?? 'first')));
  });

  it.runIf(process.platform === 'linux')('that waited in a file free it at their end', async () => {
    const temporaryDirectory = mkdtempSync(join(tmpdir(), 'dataset-items-test-'));
    onTestFinished(() => rmSync(temporaryDirectory, { recursive: true }));
    const options = { spoolBudget: 1, temporaryDirectory };
    const table = await tabulate(compile().records(one([{ a: 'x'.repeat(1_000_000) }])), framed, options);
    expect(openIn(temporaryDirectory)).toBe(1);
    for await (const _ of table.write(new ByteWriter()));
    expect(openIn(temporaryDirectory)).toBe(0);
  });
});

/** Open files of a directory, which have no name any more. */
function openIn(directory: string): number {
  const isIn = (fd: string): boolean => {
    try {
      return readlinkSync(`/proc/self/fd/${fd}`).startsWith(directory);
    } catch {
      return false;
    }
  };
  return readdirSync('/proc/self/fd').filter(isIn).length;
}

it('rows that come as bytes are of the shape of their columns', () => {
  const columns = foundColumns(unlisted);
  const [a, b] = ['a', 'b'].map((name) => columns.idOf(name, name)) as [number, number];
  const collector = rowCollector(columns, framed);
  const shapes = [[a], [b, a]].map((of) => collector.shapeOf(of));
  expect(shapes).toEqual([0, 1]);
  const written = { bytes: Buffer.from('<1,2>\n<3,4>\n'), lengths: Uint8Array.of(2, 2, 4, 2), long: [], end: 10 };
  collector.addRows(written, 2, shapes[1] as number);
  expect(collector.shapes.map((shape) => Array.from(shape.columns))).toEqual([[a], [b, a]]);
  const block = collector.takeBlock();
  expect(block && [Array.from(block.shapes), Array.from(block.lengths)]).toEqual([
    [1, 1],
    [2, 2, 4, 2],
  ]);
});

describe('surveyColumns', () => {
  it('counts what a table of the records would have', () => {
    const survey = surveyColumns({ maxColumns: 2 });
    for (const record of [{ b: 1, a: { c: 2 } }, { c: null }]) survey.add(record);
    expect(survey.read()).toMatchObject({ written: 2, overLimit: { count: 1, examples: ['c'] }, nameTooLong: { count: 0 } });
  });
});

describe('limits of columns', () => {
  it('with names that never repeat, each before the last one, the first in order are kept', async () => {
    const records = Array.from({ length: 20_000 }, (_, index) => ({ [`k${String(99_999 - index)}`]: index }));
    const { columns, rows, report } = await columnsOf(records, { maxColumns: 3 });
    expect(columns).toEqual(['k80000', 'k80001', 'k80002']);
    expect(rows).toBe(20_000);
    expect(report.overLimit.count).toBe(19_997);
  });

  it('a column that occurs again at an earlier place keeps its cell, however many columns are dropped', async () => {
    const x = Object.fromEntries(Array.from({ length: 5100 }, (_, index) => [`k${index}`, 0]));
    const records = [{ 'a/b': 'first', x }, { a: { b: 'second' } }];
    const table = await tabulate(compile({ fields: ['a', 'x', 'a/b'] }).records(one(records)), writeText, { maxColumns: 2 });
    expect(table.columns).toEqual(['a/b', 'x/k0']);
    const writer = new ByteWriter();
    for await (const _ of table.write(writer)) expect.fail('so few rows fill no chunk');
    expect(Buffer.from(writer.take()).toString()).toBe('first0second');
    expect(table.report().overLimit.count).toBe(5099);
  });

  it.each([
    ['every name is too long', { [`x${'y'.repeat(200)}`]: 1 }, {}],
    ['none may be written', { a: 1 }, { maxColumns: 0 }],
    ['nothing but empty records', {}, {}],
    ['nothing but empty values', { a: [], b: {} }, {}],
  ] as const)('no column: %s', async (_, record, options) => {
    await expect(columnsOf([record as Item], options)).rejects.toThrow(NoColumnsError);
    expect((await columnsOf([record as Item], { ...options, withoutColumns: 'write' })).columns).toEqual([]);
  });

  it.each([
    ['over the limit', { b: 1, a: 2, c: 3 }, { maxColumns: 2 }, ['a', 'b'], { overLimit: ['c'] }],
    ['a long name', { [`x${'y'.repeat(200)}`]: 1, a: 2 }, {}, ['a'], { nameTooLong: [`x${'y'.repeat(200)}`] }],
    ['a name of exactly the limit', { ['x'.repeat(200)]: 1 }, {}, ['x'.repeat(200)], {}],
    ['columns that the caller fixed', { b: 1, a: 2 }, { columns: ['z', 'a'] }, ['z', 'a'], { unlisted: ['b'] }],
  ] as const)('%s', async (_, record, options, columns, leftOut) => {
    const found = await columnsOf([record as unknown as Item], options);
    expect(found.columns).toEqual(columns);
    const { overLimit, nameTooLong, unlisted } = found.report;
    const examples = Object.entries({ overLimit, nameTooLong, unlisted }).flatMap(([why, { count, examples }]) =>
      count === 0 ? [] : [[why, examples]],
    );
    expect(Object.fromEntries(examples)).toEqual(leftOut);
  });
});
