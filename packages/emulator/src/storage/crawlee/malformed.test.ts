import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { LoggedFailure } from '@dataset-items/http';
import { afterEach, beforeEach, expect, it } from 'vitest';
import { createEmulator } from '../../emulator.js';

let directory: string;
let emulator: Awaited<ReturnType<typeof createEmulator>>;
const logged: LoggedFailure[] = [];

const write = (number: number, text: string): Promise<void> =>
  writeFile(join(directory, 'datasets', 'shop', `${String(number).padStart(9, '0')}.json`), text);

async function ask(path: string, method = 'GET') {
  const response = await emulator.fetch(new Request(`http://localhost/v2/datasets/shop${path}`, { method }));
  const text = (await response.text()).replaceAll(/[\s\ufeff]/g, '');
  return {
    status: response.status,
    text,
    malformed: response.headers.get('x-dataset-items-malformed'),
    headers: response.headers,
  };
}

beforeEach(async () => {
  logged.length = 0;
  directory = await mkdtemp(join(tmpdir(), 'malformed-'));
  await mkdir(join(directory, 'datasets', 'shop'), { recursive: true });
  for (const [index, text] of ['{"n":1}', '{"n":', '{"n":3}', '[4]', '{"n":5}'].entries()) await write(index + 1, text);
  emulator = await createEmulator({ storage: directory, onFailure: (failure) => logged.push(failure), onNotice: () => {} });
});

afterEach(async () => {
  await emulator.close();
  await rm(directory, { recursive: true });
});

it.each([
  ['/items', '[{"n":1},{"n":3},{"n":5}]'],
  ['/items?desc=1', '[{"n":5},{"n":3},{"n":1}]'],
  ['/items?format=csv', '"n""1""3""5"'],
  ['/items?offset=1&limit=2', '[{"n":3}]'],
  ['/items?offset=1&limit=1', '[]'],
  ['/items?offset=1&limit=1&format=jsonl', ''],
])('malformed items of a crawler are skipped, counted and logged: %s', async (path, expected) => {
  const { status, text, malformed, headers } = await ask(path);
  expect([status, text, malformed]).toEqual([200, expected, '2']);
  expect(headers.get('x-apify-pagination-total')).toBe('5');
  expect(headers.get('access-control-expose-headers')).toContain('X-Dataset-Items-Malformed');
  expect(logged).toHaveLength(1);
  expect(logged[0]).toMatchObject({ status: 200, method: 'GET', url: expect.stringContaining(path) });
  expect(String(logged[0]?.error)).toMatch(/malformed items? skipped\n {2}.*00000000[24]\.json: line 1, byte 0/);
});

it('a malformed item between items that come later is skipped too; the last one is waited for', async () => {
  await write(6, '{"n":');
  await write(7, '{"n":7}');
  await write(8, '{"n":');
  expect(await ask('/items')).toMatchObject({ text: '[{"n":1},{"n":3},{"n":5},{"n":7}]', malformed: '3' });
  await write(8, '{"n":8}');
  expect(await ask('/items?offset=5')).toMatchObject({ text: '[{"n":7},{"n":8}]', malformed: '3' });
  expect((await ask('/items', 'HEAD')).malformed).toBe('3');
});

it('the other routes of such a dataset answer', async () => {
  for (const path of ['', '/statistics']) expect((await ask(path)).status).toBe(200);
});

it('an item file that cannot be read is not answered with a status after which clients try again', async () => {
  await rm(join(directory, 'datasets', 'shop', '000000003.json'));
  await mkdir(join(directory, 'datasets', 'shop', '000000003.json'));
  const { status, text } = await ask('/items');
  expect([status, JSON.parse(text).error.type]).toEqual([422, 'unreadable-source']);
});
