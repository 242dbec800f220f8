import { flat, nested, nestedSelection, shownSelection, type TypeList } from './duckdb-types.js';
import type { Rival, Work } from './rival.js';

/** Detects types from all items; no text is read as a time. */
const found = "read_json(FILE, sample_size=-1, map_inference_threshold=-1, timestampformat='never')";

/** Reads the file itself, detects the types, and uses one thread per processor. */
export const duckdb: Rival = named('duckdb', { note: 'reads the file itself', from: () => found });

/** On one thread, like the library. */
export const duckdbOneThread: Rival = named('duckdb-1', { note: 'one thread', threads: '1', from: () => found });

/** Given the type of every column, it does not detect types and does not read other columns. */
export const duckdbTyped: Rival = named('duckdb-typed', { note: 'given all types', from: typed });

function typed(columns: TypeList): string {
  const list = Object.entries(columns).map(([name, type]) => `${name}: '${type}'`);
  return `read_json(FILE, columns={${list.join(', ')}})`;
}

interface Settings {
  readonly note: string;
  readonly threads?: string;
  readonly from: (columns: TypeList) => string;
}

function named(name: string, { note, threads, from }: Settings): Rival {
  const copy = (selection: string, table: string, format: string): Work => ({
    note,
    run: async ({ path }, output) => {
      const { DuckDBInstance } = await import('@duckdb/node-api');
      const instance = await DuckDBInstance.create(':memory:', threads === undefined ? {} : { threads });
      const connection = await instance.connect();
      const rows = table.replace('FILE', `'${path.replaceAll("'", "''")}', format='newline_delimited'`);
      await connection.run(`COPY (SELECT ${selection} FROM ${rows}) TO '${output.path.replaceAll("'", "''")}' (${format})`);
    },
  });
  const csv = 'FORMAT csv, HEADER true';
  const json = 'FORMAT json';
  return {
    name,
    package: '@duckdb/node-api',
    works: {
      'csv-columns': copy(Object.keys(flat).join(', '), from(flat), csv),
      ...(from !== typed && { csv: copy('*', found, csv) }),
      ...(from === typed && {
        'bytes-pick': copy('url, price', from(flat), json),
        'bytes-pick-nested': copy('url, price', from(nested), json),
        'bytes-omit': copy('* EXCLUDE (description)', from(flat), json),
        'bytes-csv': copy('*', from(flat), csv),
        'bytes-unwind': copy(nestedSelection, `(SELECT *, unnest(offers) AS o FROM ${from(nested)})`, csv),
      }),
      'csv-nested': copy(nestedSelection, `(SELECT *, unnest(offers) AS o FROM ${from(nested)})`, csv),
      jsonl: copy('* EXCLUDE (category)', from(flat), json),
      'jsonl-nested': copy(shownSelection, from(nested), json),
      'jsonl-unwind': copy('o.sku, o.cost, o.seller, url, name', `(SELECT *, unnest(offers) AS o FROM ${from(nested)})`, json),
    },
  };
}
