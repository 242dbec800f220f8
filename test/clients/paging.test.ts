import type { DatasetClientListItemOptions } from 'apify-client';
import type { Item } from 'dataset-items';
import { beforeAll, describe, expect, it } from 'vitest';
import { emulate, versions } from './emulated.js';

const { url, emulator } = await emulate();
const id = 'paged';
const TOTAL = 23;

/** Every fifth item has only a hidden field. Each unwinds into none, one, two or three records. */
const items: readonly Item[] = Array.from({ length: TOTAL }, (_, number) =>
  number % 5 === 4
    ? { '#n': number }
    : { n: number, parts: Array.from({ length: number % 4 }, (__, part) => ({ part: `${number}.${part}` })), '#h': 1 },
);
const cleanNumbers = items.flatMap(({ n }) => (n === undefined ? [] : [n]));
const parts = items.flatMap(({ parts }) => (parts as Item[] | undefined)?.map(({ part }) => part) ?? []);

beforeAll(async () => {
  await (await emulator.datasets.create({ name: id })).push(items);
});

interface Row {
  readonly name: string;
  readonly options: DatasetClientListItemOptions;
  readonly field: string;
  readonly expected: readonly unknown[];
}

/** The window counts stored items. So a page may have fewer or more records than its limit, and the next page starts where it ended. */
const rows: readonly Row[] = [
  { name: 'no filter', options: {}, field: 'n', expected: items.map(({ n }) => n) },
  { name: 'desc', options: { desc: true }, field: 'n', expected: items.map(({ n }) => n).reverse() },
  { name: 'clean', options: { clean: true }, field: 'n', expected: cleanNumbers },
  { name: 'unwind', options: { clean: true, unwind: ['parts'], fields: ['part'] }, field: 'part', expected: parts },
];

describe.each(versions)('page by page with apify-client $version', ({ connect }) => {
  const dataset = connect(url).dataset(id);

  it.each(rows.flatMap((row) => [1, 4, 7, TOTAL, 100].map((size) => ({ ...row, size }))))(
    '$name, $size stored items a page: every record once',
    async ({ options, field, expected, size }) => {
      const found: unknown[] = [];
      let offset = 0;
      let total: number;
      do {
        const page = await dataset.listItems({ ...options, offset, limit: size });
        ({ total } = page);
        expect(page).toMatchObject({ total: TOTAL, offset, limit: size });
        found.push(...page.items.map((item) => item[field]));
        offset += size;
      } while (offset < total);
      expect(found).toEqual(expected);
    },
  );

  it.each(rows)('$name: X-Apify-Pagination-Count alone leads from page to page', async ({ options, field, expected }) => {
    const found: unknown[] = [];
    for (let offset = 0; ; ) {
      const query = new URLSearchParams({ offset: String(offset), limit: '6' });
      for (const [name, value] of Object.entries(options)) query.set(name, String(value));
      const response = await fetch(`${url}/v2/datasets/${id}/items?${query}`);
      const count = Number(response.headers.get('x-apify-pagination-count'));
      found.push(...((await response.json()) as Item[]).map((item) => item[field]));
      if (count === 0) break;
      offset += count;
    }
    expect(found).toEqual(expected);
  });
});

const [newest] = versions;

/** It advances by the number of received items, so paging works only if each stored item gives one record. Otherwise one page must have all. */
describe('for await with apify-client 2.25.0', () => {
  const iterated: readonly Row[] = [
    { name: 'no parameters', options: {}, field: 'n', expected: items.map(({ n }) => n) },
    { name: 'chunkSize', options: { chunkSize: 4 }, field: 'n', expected: items.map(({ n }) => n) },
    { name: 'chunkSize of all', options: { chunkSize: TOTAL }, field: 'n', expected: items.map(({ n }) => n) },
    { name: 'limit', options: { limit: 9 }, field: 'n', expected: items.slice(0, 9).map(({ n }) => n) },
    { name: 'limit past the end', options: { limit: 99, chunkSize: 10 }, field: 'n', expected: items.map(({ n }) => n) },
    {
      name: 'chunkSize, limit and offset',
      options: { chunkSize: 2, limit: 9, offset: 5 },
      field: 'n',
      expected: items.slice(5, 14).map(({ n }) => n),
    },
    {
      name: 'desc and chunkSize',
      options: { desc: true, chunkSize: 5 },
      field: 'n',
      expected: items.map(({ n }) => n).reverse(),
    },
    {
      name: 'skipHidden and chunkSize',
      options: { skipHidden: true, chunkSize: 5 },
      field: 'n',
      expected: items.map(({ n }) => n),
    },
    { name: 'clean, each item kept', options: { clean: true, limit: 4, chunkSize: 3 }, field: 'n', expected: [0, 1, 2, 3] },
    {
      name: 'unwind, in one page',
      options: { unwind: ['parts'], clean: true, fields: ['part'] },
      field: 'part',
      expected: parts,
    },
  ];

  it.each(iterated)('$name: every item once', async ({ options, field, expected }) => {
    const found: unknown[] = [];
    const pages = newest?.connect(url).dataset(id).listItems(options);
    if (pages !== undefined) for await (const item of pages) found.push(item[field]);
    expect(found).toEqual(expected);
  });

  it('datasets, page by page', async () => {
    for (let made = 0; made < 5; made++) await emulator.datasets.create({ name: `of-many-${made}` });
    const found: unknown[] = [];
    const pages = newest?.connect(url).datasets().list({ limit: 5, offset: 1 });
    if (pages !== undefined) for await (const { name } of pages) found.push(name);
    expect(found).toEqual([0, 1, 2, 3, 4].map((made) => `of-many-${made}`));
  });
});
