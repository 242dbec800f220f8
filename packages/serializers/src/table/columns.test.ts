import { type Item, unlisted } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import type { CellWriter } from '../format.js';
import { tabulate } from './tabulate.js';

const writeText: CellWriter = (writer, value) => writer.text(String(value));

async function* one(records: readonly Item[]): AsyncGenerator<readonly Item[]> {
  yield records;
}

/** The columns and what the report says of those left out. */
async function columnsOf(records: readonly Item[], options: Parameters<typeof tabulate>[3]) {
  const table = await tabulate(one(records), unlisted, writeText, options);
  let rows = 0;
  for await (const { shapes } of table.blocks) rows += shapes.length;
  return { columns: table.columns, rows, report: table.report() };
}

describe('limits of columns', () => {
  it('names that never repeat, each before the last: the first ones in order stay', async () => {
    const records = Array.from({ length: 20_000 }, (_, index) => ({ [`k${String(99_999 - index)}`]: index }));
    const { columns, rows, report } = await columnsOf(records, { maxColumns: 3 });
    expect(columns).toEqual(['k80000', 'k80001', 'k80002']);
    expect(rows).toBe(20_000);
    expect(report.overLimit.count).toBe(19_997);
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
