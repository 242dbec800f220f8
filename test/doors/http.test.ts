import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { itemsHandler, itemsSource, toNodeHandler } from 'dataset-items';
import { beforeAll, describe, expect, it } from 'vitest';
import { ask, listen } from '../listen.js';
import { type Case, cases, expectationsOf, linesOf } from './cases.js';

/** Each case is a dataset, called by its id. */
const handler = itemsHandler(({ url }) => {
  const row = cases.find(({ id }) => new URL(url).pathname === `/v2/datasets/${id}/items`);
  return row && { source: itemsSource(itemsOf(row)), version: '1' };
});

interface Came {
  readonly status: number;
  readonly bytes: Buffer;
}

const listening = listen(toNodeHandler(handler));
let origin = '';
beforeAll(async () => {
  origin = await listening;
});

const doors: readonly (readonly [name: string, get: (path: string) => Promise<Came>])[] = [
  ['in-memory handler', inMemory],
  ['real socket', (path) => ask(`${origin}${path}`)],
  ['real socket, gzip', (path) => unpacked(path, 'gzip', gunzipSync)],
  ['real socket, br', (path) => unpacked(path, 'br', brotliDecompressSync)],
];

describe.each(doors)('conformance: %s', (_, get) => {
  for (const row of cases) {
    const path = `/v2/datasets/${row.id}/items`;
    if (row.error !== undefined) {
      it(`${row.id}: refused with 400, naming ${row.error.param}`, async () => {
        const { status, bytes } = await get(`${path}?${row.query}`);
        const { error } = JSON.parse(bytes.toString('utf8'));
        expect([status, error.type]).toEqual([400, 'invalid-parameter']);
        expect(error.message).toContain(row.error?.param);
      });
      continue;
    }
    for (const { format, query, expected, read } of expectationsOf(row)) {
      it(`${row.id} as ${format}: ${row.why}`, async () => {
        const { status, bytes } = await get(`${path}?${query}`);
        // A table without columns is an error over HTTP; the cases speak of files, where it is an empty one.
        if (format === 'csv' && expected === '') {
          expect([status, JSON.parse(bytes.toString('utf8')).error.type]).toEqual([400, 'no-columns-in-exported-dataset']);
        } else expect([status, await read(bytes)]).toEqual([200, expected]);
      });
    }
  }
});

async function inMemory(path: string): Promise<Came> {
  const response = await handler(new Request(`http://localhost${path}`));
  return { status: response.status, bytes: Buffer.from(await response.arrayBuffer()) };
}

async function unpacked(path: string, coding: string, unpack: (bytes: Buffer) => Buffer): Promise<Came> {
  const { status, headers, bytes } = await ask(`${origin}${path}`, { headers: { 'accept-encoding': coding } });
  return { status, bytes: headers['content-encoding'] === coding ? unpack(bytes) : bytes };
}

function itemsOf(row: Case) {
  return linesOf(row)
    .split('\n')
    .filter((line) => line !== '')
    .map((line) => JSON.parse(line));
}
