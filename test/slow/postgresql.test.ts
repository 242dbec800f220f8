import { type ChildProcess, spawn } from 'node:child_process';
import { createHash } from 'node:crypto';
import { readFileSync } from 'node:fs';
import { exportItems, formatNames } from 'dataset-items';
import pg from 'pg';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type PostgreSql, startPostgreSql } from './services/postgresql.js';
import { ended } from './services/process.js';

const COUNT = 200_000;
/** The row at which the other database fails. */
const BAD = 150_000;

const table = `create table orders as select id, 'Customer ' || id % 977 as customer, round(id / 8.0, 2) as price,
  jsonb_build_object('city', 'Žilina', 'tags', jsonb_build_array(id % 3, 'é')) as address, id % 2 = 0 as paid,
  timestamptz '2024-02-29 12:00:00Z' + id * interval '1 minute' as updated_at from generate_series(1, ${COUNT}) as ids(id);
  alter table orders add primary key (id)`;
const failing = `${table.replace('orders as', 'rows as').replace('table orders add', 'table rows add')};
  create view orders as select id, customer, 1 / (${BAD} - id) as failing, updated_at from rows`;

let server: PostgreSql;
/** A connection of the test, besides those of the service. */
let client: pg.Client;
const services: ChildProcess[] = [];
let base: string;
let failingBase: string;

beforeAll(async () => {
  server = await startPostgreSql();
  client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  for (const [database, sql] of [
    ['shop', table],
    ['failing', failing],
  ] as const) {
    await client.query(`create database ${database}`);
    const inside = new pg.Client({ connectionString: server.url(database) });
    await inside.connect();
    await inside.query(sql);
    await inside.query('vacuum analyze');
    await inside.end();
  }
  base = await serve('shop');
  failingBase = await serve('failing');
});

afterAll(async () => {
  for (const service of services) await ended(service, 'SIGTERM');
  await client?.end();
  await server?.stop();
});

/** Runs the example of docs/postgresql.md. @returns its URL */
async function serve(database: string): Promise<string> {
  const env = { ...process.env, DATABASE_URL: server.url(database), PORT: '0' };
  const service = spawn(process.execPath, ['examples/postgresql.mjs'], { env, stdio: ['ignore', 'pipe', 'ignore'] });
  services.push(service);
  for await (const text of service.stdout ?? []) {
    const [, origin] = /(http:.*)\/orders/.exec(String(text)) ?? [];
    if (origin !== undefined) return `${origin}/orders`;
  }
  throw new Error('the example did not start');
}

/** Number of connections of the service, in any state or in one state. */
async function connections(state = '%'): Promise<number> {
  const sql = "select count(*)::int as count from pg_stat_activity where application_name = 'exports' and state like $1";
  return (await client.query(sql, [state])).rows[0].count;
}

/** Checks that no connection is in a query or a transaction. */
async function expectNoneInUse(): Promise<void> {
  await expect.poll(async () => (await connections()) - (await connections('idle')), { timeout: 60_000 }).toBe(0);
}

async function hashOf(chunks: AsyncIterable<Uint8Array> | null): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of chunks ?? []) hash.update(chunk);
  return hash.digest('hex');
}

it('the page shows the example that is run', () => {
  const [, code = 'none'] = /```js\n(.*?)```/s.exec(readFileSync('docs/postgresql.md', 'utf8')) ?? [];
  expect(readFileSync('examples/postgresql.mjs', 'utf8')).toContain(code);
});

describe(`a service over PostgreSQL, ${COUNT} rows`, () => {
  it.each(formatNames)('exports %s', async (format) => {
    const inside = new pg.Client({ connectionString: server.url('shop') });
    await inside.connect();
    const { rows } = await inside.query({ text: 'select to_jsonb(orders)::text from orders order by id', rowMode: 'array' });
    await inside.end();
    const facts = { id: 'orders', name: 'orders' };
    const expected = await exportItems(
      rows.map(([text]) => JSON.parse(text)),
      { format },
      { facts, url: `${base}?format=${format}` },
    );
    const response = await fetch(`${base}?format=${format}`, { headers: { 'accept-encoding': 'identity' } });
    expect([response.status, response.headers.get('x-apify-pagination-total')]).toEqual([200, String(COUNT)]);
    expect(await hashOf(response.body)).toBe(await hashOf(expected.bytes));
    await expectNoneInUse();
  });

  it.each(['', '&desc=1'])('applies a window in the database%s', async (order) => {
    const items = await (await fetch(`${base}?format=json&offset=1000&limit=2&fields=id${order}`)).json();
    expect(items).toEqual(order === '' ? [{ id: 1001 }, { id: 1002 }] : [{ id: 199_000 }, { id: 198_999 }]);
    await expectNoneInUse();
  });

  it.each(['jsonl', 'csv', 'xlsx'])('gives back the connections of clients that leave an export of %s', async (format) => {
    for (let round = 0; round < 30; round++) {
      const leaving = new AbortController();
      const left = fetch(`${base}?format=${format}`, { signal: leaving.signal }).then(async (response) => {
        for await (const _ of response.body ?? []) leaving.abort();
      });
      if (format !== 'jsonl') setTimeout(() => leaving.abort(), 5 * round);
      await expect(left).rejects.toThrow();
    }
    await expectNoneInUse();
    expect(await connections()).toBeLessThanOrEqual(10);
  });

  it.each([
    { format: 'jsonl', status: 200 },
    { format: 'xml', status: 200 },
    { format: 'csv', status: 500 },
    { format: 'xlsx', status: 500 },
  ])('a query that fails midway: $format', async ({ format, status }) => {
    const response = await fetch(`${failingBase}?format=${format}`);
    expect(response.status).toBe(status);
    if (status === 200) await expect(response.text()).rejects.toThrow();
    else expect(await response.json()).toMatchObject({ error: { type: expect.any(String) } });
    await expectNoneInUse();
  });

  it('answers HEAD, 304 and 400', async () => {
    const head = await fetch(`${base}?format=csv`, { method: 'HEAD' });
    const etag = head.headers.get('etag') ?? 'none';
    const unchanged = await fetch(`${base}?format=csv`, { headers: { 'if-none-match': etag } });
    const refused = await fetch(`${base}?limit=many`);
    expect([head.status, unchanged.status, refused.status]).toEqual([200, 304, 400]);
    await expectNoneInUse();
  });

  it('answers a thousand requests, and then has no connection open', async () => {
    const kinds: ((number: number) => Promise<number>)[] = [
      async (number) => statusOf(await fetch(`${base}?format=${formatNames[number % 7]}&limit=200&offset=${number}`)),
      async () => statusOf(await fetch(`${base}?format=json`, { method: 'HEAD' })),
      async () => statusOf(await fetch(`${base}?limit=-1`)),
      async () => {
        const leaving = new AbortController();
        const response = await fetch(`${base}?format=jsonl`, { signal: leaving.signal });
        leaving.abort();
        return response.status;
      },
      async () => (await fetch(`${failingBase}?format=csv&offset=${BAD - 10}&limit=20`)).status,
    ];
    const statuses: number[] = [];
    let next = 0;
    const worker = async (): Promise<void> => {
      while (next < 1000) {
        const number = next++;
        statuses[number] = (await kinds[number % kinds.length]?.(number)) ?? 0;
      }
    };
    await Promise.all(Array.from({ length: 20 }, worker));
    expect(
      statuses
        .map((status, number) => [number % kinds.length, status].join())
        .filter((each, at, all) => all.indexOf(each) === at)
        .sort(),
    ).toEqual(['0,200', '1,200', '2,400', '3,200', '4,500']);
    await expectNoneInUse();
    await expect.poll(() => connections(), { timeout: 60_000 }).toBe(0);
  });
});

async function statusOf(response: Response): Promise<number> {
  await response.arrayBuffer();
  return response.status;
}
