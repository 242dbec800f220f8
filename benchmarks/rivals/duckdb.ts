import type { Rival, Work } from './rival.js';

/** Types of columns, so that nothing is guessed and no text becomes a time. */
const flat = {
  id: 'BIGINT',
  url: 'VARCHAR',
  title: 'VARCHAR',
  price: 'DOUBLE',
  currency: 'VARCHAR',
  inStock: 'BOOLEAN',
  rating: 'DOUBLE',
  category: 'VARCHAR',
  description: 'VARCHAR',
  updatedAt: 'VARCHAR',
} as const;

const offer =
  'STRUCT(sku VARCHAR, seller STRUCT(name VARCHAR, country VARCHAR), cost DOUBLE, delivery STRUCT(days BIGINT, fee DOUBLE), available BOOLEAN)';

const nested = {
  url: 'VARCHAR',
  name: 'VARCHAR',
  brand: 'VARCHAR',
  price: 'STRUCT(amount DOUBLE, currency VARCHAR, was DOUBLE)',
  breadcrumbs: 'VARCHAR[]',
  attributes: 'STRUCT(color VARCHAR, material VARCHAR, size STRUCT(width BIGINT, height BIGINT, depth BIGINT))',
  rating: 'STRUCT(average DOUBLE, count BIGINT)',
  offers: `${offer}[]`,
  description: 'VARCHAR',
} as const;

const weighed = { ...nested, attributes: nested.attributes.replace('))', '), weight BIGINT)') };

const nestedSelection = `o.sku, o.cost, o.available, o.seller.name AS "seller.name", o.seller.country AS "seller.country",
  o.delivery.days AS "delivery.days", o.delivery.fee AS "delivery.fee", url, name, brand,
  price.amount AS "price.amount", price.currency AS "price.currency", price.was AS "price.was",
  attributes.color AS "attributes.color", attributes.material AS "attributes.material",
  attributes.size.width AS "attributes.size.width", attributes.size.height AS "attributes.size.height",
  attributes.size.depth AS "attributes.size.depth", attributes.weight AS "attributes.weight",
  rating.average AS "rating.average", rating.count AS "rating.count", description`;

/** Reads the file itself, on as many threads as there are processors unless told otherwise. */
export const duckdb: Rival = { name: 'duckdb', package: '@duckdb/node-api', works: works({ note: 'reads the file itself' }) };

/** On one thread, as the library works. */
export const duckdbOneThread: Rival = {
  name: 'duckdb-1',
  package: '@duckdb/node-api',
  works: works({ note: 'reads the file itself, one thread', threads: '1' }),
};

interface Settings {
  readonly note: string;
  readonly threads?: string;
}

function works({ note, threads }: Settings): Record<string, Work> {
  const copy = (selection: string, from: string, format: string): Work => ({
    note,
    run: async ({ path }, output) => {
      const { DuckDBInstance } = await import('@duckdb/node-api');
      const instance = await DuckDBInstance.create(':memory:', threads === undefined ? {} : { threads });
      const connection = await instance.connect();
      const rows = from.replace('FILE', `'${path.replaceAll("'", "''")}', format='newline_delimited'`);
      await connection.run(`COPY (SELECT ${selection} FROM ${rows}) TO '${output.path.replaceAll("'", "''")}' (${format})`);
    },
  });
  const csv = 'FORMAT csv, HEADER true';
  const json = 'FORMAT json';
  const found = "read_json(FILE, sample_size=-1, map_inference_threshold=-1, timestampformat='never')";
  return {
    'csv-columns': copy('*', readAs(flat), csv),
    csv: copy('*', found, csv),
    'csv-nested': copy(nestedSelection, `(SELECT *, unnest(offers) AS o FROM ${readAs(weighed)})`, csv),
    jsonl: copy('* EXCLUDE (category)', readAs(flat), json),
    'jsonl-nested': copy('*', readAs(nested), json),
    'jsonl-unwind': copy(
      'o.sku, o.cost, o.seller, url, name',
      `(SELECT url, name, unnest(offers) AS o FROM ${readAs(nested)})`,
      json,
    ),
  };
}

function readAs(columns: Readonly<Record<string, string>>): string {
  const list = Object.entries(columns).map(([name, type]) => `${name}: '${type}'`);
  return `read_json(FILE, columns={${list.join(', ')}})`;
}
