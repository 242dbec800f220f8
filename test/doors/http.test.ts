import { brotliDecompressSync, gunzipSync } from 'node:zlib';
import { itemsHandler, itemsSource, toNodeHandler } from 'dataset-items';
import { beforeAll, describe } from 'vitest';
import { ask, listen } from '../listen.js';
import { arrayOf, type Came, cameIn, itAnswersEveryCase } from './answers.js';
import { cases } from './cases.js';

/** Each case is a dataset whose name is the id of the case. */
const handler = itemsHandler(({ url }) => {
  const row = cases.find(({ id }) => new URL(url).pathname === `/v2/datasets/${id}/items`);
  return row && { source: itemsSource(JSON.parse(arrayOf(row))), version: '1' };
});

const listening = listen(toNodeHandler(handler));
let origin = '';
beforeAll(async () => {
  origin = await listening;
});

const doors: readonly (readonly [name: string, get: (path: string) => Promise<Came>])[] = [
  ['in-memory handler', async (path) => cameIn(await handler(new Request(`http://localhost${path}`)))],
  ['real socket', (path) => ask(`${origin}${path}`)],
  ['real socket, gzip', (path) => unpacked(path, 'gzip', gunzipSync)],
  ['real socket, br', (path) => unpacked(path, 'br', brotliDecompressSync)],
];

describe.each(doors)('conformance: %s', (_, get) => itAnswersEveryCase(get));

async function unpacked(path: string, coding: string, unpack: (bytes: Buffer) => Buffer): Promise<Came> {
  const { status, headers, bytes } = await ask(`${origin}${path}`, { headers: { 'accept-encoding': coding } });
  return { status, bytes: headers['content-encoding'] === coding ? unpack(bytes) : bytes };
}
