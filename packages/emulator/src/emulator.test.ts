import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, it, onTestFinished } from 'vitest';
import { createEmulator } from './emulator.js';
import { StorageInUseError } from './storage/index.js';
import { emulated } from './testing/emulated.js';

async function started() {
  const emulator = await createEmulator();
  onTestFinished(() => emulator.close());
  const dataset = await emulator.datasets.create({ name: 'furniture' });
  await dataset.push([{ name: 'Oak table' }, { name: 'Ash chair' }]);
  const { url } = await emulator.listen({ port: 0 });
  return { emulator, dataset, url };
}

describe('an emulator', () => {
  it('gives the same responses in memory and on a socket, for datasets by id, by user and name, or by name', async () => {
    const { emulator, dataset, url } = await started();
    for (const id of [dataset.facts.id, 'anyone~furniture', '~furniture', 'furniture']) {
      const path = `/v2/datasets/${id}/items?format=csv&bom=0`;
      const answers = [await emulator.fetch(new Request(`http://localhost${path}`)), await fetch(url + path)];
      for (const answer of answers)
        expect([answer.status, await answer.text()]).toEqual([200, '"name"\r\n"Oak table"\r\n"Ash chair"\r\n']);
    }
  });

  it('listens on several sockets, and on none after it was closed', async () => {
    const { emulator, url } = await started();
    const other = await emulator.listen({ port: 0 });
    expect((await fetch(`${other.url}/v2/datasets/furniture`)).status).toBe(200);
    await emulator.close();
    for (const gone of [url, other.url]) await expect(fetch(gone)).rejects.toThrow();
  });

  it('may be closed more than once; everything is in the directory afterwards', async () => {
    const storage = await mkdtemp(join(tmpdir(), 'emulator-'));
    onTestFinished(() => rm(storage, { recursive: true }));
    const first = await createEmulator({ storage });
    await (await first.datasets.create({ name: 'kept' })).push([{ a: 1 }]);
    await expect(createEmulator({ storage })).rejects.toThrow(StorageInUseError);
    await Promise.all([first.close(), first.close()]);
    const { emulator, ask } = await emulated({ storage });
    expect((await ask('GET /v2/datasets/kept/items')).body).toEqual([{ a: 1 }]);
    await emulator.close();
  });

  it('names missing datasets and endpoints', async () => {
    const { emulator } = await started();
    const rows: [method: string, path: string, status: number, type: string, allow: string | null][] = [
      ['GET', '/v2/datasets/x', 404, 'record-not-found', null],
      ['GET', '/v2/datasets/x/items', 404, 'record-not-found', null],
      ['GET', '/v3', 404, 'page-not-found', null],
      ['PATCH', '/v2/datasets/x/items', 405, 'method-not-allowed', 'GET, HEAD, POST, OPTIONS'],
    ];
    for (const [method, path, status, type, allow] of rows) {
      const answer = await emulator.fetch(new Request(`http://localhost${path}`, { method }));
      const { error } = JSON.parse(await answer.text());
      expect([method, path, answer.status, error.type, answer.headers.get('allow')]).toEqual([method, path, status, type, allow]);
    }
  });
});
