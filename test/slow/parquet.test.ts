import { execFile } from 'node:child_process';
import { createReadStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { promisify } from 'node:util';
import { DuckDBInstance } from '@duckdb/node-api';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { itemText, writeBigFile } from './big-file.js';

const COUNT = 1_000_000;
const MEGABYTE = 1e6;
const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-parquet-'));
const items = join(scratch, 'items.jsonl');
const parquet = join(scratch, 'items.parquet');

beforeAll(async () => {
  await writeBigFile(items, COUNT);
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

async function exported(from: string, to: string): Promise<number> {
  const child = new URL('parquet-child.mjs', import.meta.url).pathname;
  const { stdout } = await promisify(execFile)(process.execPath, [child, from, to]);
  return Number(stdout);
}

describe(`parquet of ${COUNT} items`, () => {
  it('is written in under 250 MB, and DuckDB reads it', async () => {
    const memory = await exported(items, parquet);
    process.stdout.write(`parquet: ${COUNT} items written, peak ${Math.round(memory / MEGABYTE)} MB\n`);
    expect(memory).toBeLessThan(250 * MEGABYTE);
    const instance = await DuckDBInstance.create(':memory:');
    const connection = await instance.connect();
    const compared = await connection.runAndReadAll(
      `select count(*)::int as same from '${parquet}' as p join read_json('${items}') as j using (id, name, price, url, "inStock")`,
    );
    expect(compared.getRowObjectsJson()).toEqual([{ same: COUNT }]);
    connection.closeSync();
    instance.closeSync();
  });

  it('is read in under 250 MB', async () => {
    const back = join(scratch, 'back.jsonl');
    const memory = await exported(parquet, back);
    process.stdout.write(`parquet: ${COUNT} items read, peak ${Math.round(memory / MEGABYTE)} MB\n`);
    expect(memory).toBeLessThan(250 * MEGABYTE);
    let count = 0;
    for await (const line of createInterface({ input: createReadStream(back) })) {
      const { id, name, price, url, inStock } = JSON.parse(line);
      if (JSON.stringify({ id, name, price, url, inStock }) !== itemText(count)) throw new Error(`item ${count}: ${line}`);
      count++;
    }
    expect(count).toBe(COUNT);
  });
});
