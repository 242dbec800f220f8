import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { request } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, test } from 'vitest';
import { createEmulator } from '../emulator.js';
import { asking } from '../testing/emulated.js';

const storage = mkdtempSync(join(tmpdir(), 'dataset-items-large-records-'));
const emulator = await createEmulator({ storage, fsync: 'never' });
const { url } = await emulator.listen({ port: 0 });
afterAll(async () => {
  await emulator.close();
  rmSync(storage, { recursive: true, force: true });
});
const records = `${url}/v2/key-value-stores/box/records`;
await fetch(`${url}/v2/key-value-stores?name=box`, { method: 'POST' });

const valueNumber = (number: number): Buffer => Buffer.alloc(300_000 + number * 100_000, `value ${number} `);
const put = (name: string, value: Uint8Array) => fetch(`${records}/${name}`, { method: 'PUT', body: new Uint8Array(value) });
const bytesOf = async (response: Response): Promise<Buffer> => Buffer.from(await response.arrayBuffer());

test('are sent as they were set, one after the other and at the same time, whatever was read before', async () => {
  const numbers = [5, 0, 9, 3, 60, 1];
  for (const number of numbers) expect((await put(`r${number}`, valueNumber(number))).status).toBe(201);
  const check = async (number: number): Promise<void> => {
    const whole = await bytesOf(await fetch(`${records}/r${number}`));
    expect(whole.equals(valueNumber(number))).toBe(true);
    const part = await fetch(`${records}/r${number}`, { headers: { range: 'bytes=100-299999' } });
    expect([part.status, (await bytesOf(part)).equals(valueNumber(number).subarray(100, 300_000))]).toEqual([206, true]);
  };
  for (const number of numbers) await check(number);
  await Promise.all([...numbers, ...numbers].map(check));
});

test('are not mixed up by clients that leave in the middle', async () => {
  await put('left', valueNumber(100));
  for (let count = 0; count < 10; count++) {
    await new Promise<void>((resolve) => {
      const outgoing = request(`${records}/left`, (incoming) => {
        incoming.once('data', () => outgoing.destroy());
        incoming.once('close', resolve).on('error', () => undefined);
      });
      outgoing.end();
    });
    expect((await bytesOf(await fetch(`${records}/r5`))).equals(valueNumber(5))).toBe(true);
    expect((await bytesOf(await fetch(`${records}/left`))).equals(valueNumber(100))).toBe(true);
  }
});

test('have an ETag, which is another one after each change', async () => {
  await put('tagged', valueNumber(1));
  const first = (await fetch(`${records}/tagged`)).headers.get('etag') ?? '';
  const again = await fetch(`${records}/tagged`, { headers: { 'if-none-match': first } });
  expect([again.status, await again.text()]).toEqual([304, '']);
  expect((await fetch(`${records}/tagged`, { method: 'HEAD' })).headers.get('etag')).toBe(first);
  await put('tagged', valueNumber(1).fill('x', 7, 8));
  const changed = await fetch(`${records}/tagged`, { headers: { 'if-none-match': first } });
  expect([changed.status, (await bytesOf(changed)).length]).toEqual([200, 400_000]);
});

test('are an error if their file was changed, also after they were read', async () => {
  const before = new Set(readdirSync(join(storage, 'large-records')));
  await put('damaged', valueNumber(2));
  await bytesOf(await fetch(`${records}/damaged`));
  const [file = ''] = readdirSync(join(storage, 'large-records')).filter((name) => !before.has(name));
  writeFileSync(join(storage, 'large-records', file), valueNumber(2).fill('x', 9, 10));
  expect((await fetch(`${records}/damaged`)).status).toBe(422);
});

test('the chunks of a body that somebody else has are left as they are', async () => {
  const ask = asking((asked) => emulator.fetch(asked), 'http://localhost');
  const chunks = Array.from({ length: 5 }, () => new Uint8Array(65_536).fill(7));
  const body = new ReadableStream({
    start(controller) {
      for (const chunk of chunks) controller.enqueue(chunk);
      controller.close();
    },
  });
  await emulator.fetch(
    new Request('http://localhost/v2/key-value-stores/box/records/given', { method: 'PUT', body, duplex: 'half' } as RequestInit),
  );
  expect(chunks.map(({ length }) => length)).toEqual(Array(5).fill(65_536));
  expect((await ask('GET /v2/key-value-stores/box/records/given')).text).toBe('\u0007'.repeat(5 * 65_536));
});
