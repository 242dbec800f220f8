import { createProxy } from '@dataset-items/proxy';
import pg from 'pg';
import { afterAll, beforeAll, expect, it } from 'vitest';
import { ask } from '../listen.js';
import { type PostgreSql, startPostgreSql } from './services/postgresql.js';

let server: PostgreSql;
let client: pg.Client;
let url: string;
const opened: { close(): Promise<void> }[] = [];

beforeAll(async () => {
  server = await startPostgreSql();
  client = new pg.Client({ connectionString: server.url('postgres') });
  await client.connect();
  await client.query(
    "create table shop as select id, id / 8.0 as price, 'é' || id as name from generate_series(1, 30000) as ids(id)",
  );
  const from = (query: string): string => `${server.url('postgres')}?query=${encodeURIComponent(query)}`;
  const proxy = await createProxy({
    log: () => {},
    limits: { grace: 1 },
    sources: {
      shop: from('select * from shop order by id;'),
      failing: from('select id, 1 / (20001 - id) as fails from shop order by id'),
      writing: from('with gone as (delete from shop returning id) select * from gone'),
      slow: `${from('select pg_sleep(60)')}&statement_timeout=200`,
    },
  });
  opened.push(proxy);
  url = (await proxy.listen({ port: 0 })).url;
});

afterAll(async () => {
  for (const each of opened) await each.close();
  await client?.end();
  await server?.stop();
});

it('rows of a query, with the window applied by the database', async () => {
  const page = await ask(`${url}/v2/datasets/shop/items?format=csv&offset=10&limit=2&bom=0`);
  expect(page.bytes.toString()).toBe('"id","name","price"\r\n"11","é11","1.375"\r\n"12","é12","1.5"\r\n');
  expect(page.headers).toMatchObject({ 'x-apify-pagination-total': '30000', 'x-apify-pagination-count': '2' });
  const last = await ask(`${url}/v2/datasets/shop/items?format=jsonl&desc=1&limit=1`);
  expect(last.bytes.toString()).toMatch(/^\{"id":30000,"price":3750(?:\.0*)?,"name":"é30000"\}$/);
  const all = await ask(`${url}/v2/datasets/shop/items?format=jsonl`);
  expect(all.bytes.toString().split('\n')).toHaveLength(30_000);
});

it.each(['failing', 'writing', 'slow'])(
  'a query that is %s: a failure, or a connection that breaks, and nothing is changed',
  async (name) => {
    const { status, cut, bytes } = await ask(`${url}/v2/datasets/${name}/items?format=csv`);
    expect(status === 500 || cut).toBe(true);
    expect(bytes.toString()).not.toMatch(/postgres|division|read-only/);
    const { rows } = await client.query('select count(*)::int as count from shop');
    expect(rows).toEqual([{ count: 30_000 }]);
  },
);

it('afterwards no statement runs and no transaction is open', async () => {
  const open = async (): Promise<unknown> => {
    const { rows } = await client.query(
      "select count(*)::int as count from pg_stat_activity where application_name = 'dataset-items proxy' and state <> 'idle'",
    );
    return rows[0].count;
  };
  await expect.poll(open).toBe(0);
});
