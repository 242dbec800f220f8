import { readdirSync, readFileSync } from 'node:fs';
import { isItem } from 'dataset-items';
import { createEmulator, type Emulator } from 'dataset-items/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';

const folder = new URL('../fixtures/corpora/JSONTestSuite/', import.meta.url);
const files = readdirSync(folder).filter((name) => /^[yni]_.*\.json$/.test(name));

let emulator: Emulator;
beforeAll(async () => {
  emulator = await createEmulator();
});
afterAll(() => emulator.close());

/** Pushes a file unchanged. @returns the response, and the items that are stored afterwards */
async function push(name: string): Promise<{ status: number; type: string | undefined; stored: unknown }> {
  const { id } = (await emulator.datasets.create()).facts;
  const url = `http://localhost/v2/datasets/${id}/items`;
  const body = new Uint8Array(readFileSync(new URL(encodeURIComponent(name), folder)));
  const pushed = await emulator.fetch(new Request(url, { method: 'POST', body }));
  const { error } = JSON.parse(await pushed.text());
  const stored = await emulator.fetch(new Request(url));
  return { status: pushed.status, type: error?.type, stored: JSON.parse(await stored.text()) };
}

describe('JSONTestSuite as bodies of pushes', () => {
  it.each(files.map((name) => [name]))('%s', async (name) => {
    const { status, type, stored } = await push(name);
    if (name.startsWith('y_')) {
      const value = JSON.parse(readFileSync(new URL(encodeURIComponent(name), folder), 'utf8'));
      const items = Array.isArray(value) ? value : [value];
      if (items.every(isItem)) expect([status, stored]).toEqual([201, JSON.parse(JSON.stringify(items))]);
      else expect([status, type, stored]).toEqual([400, 'invalid-input', []]);
    } else if (name.startsWith('n_') || status !== 201) expect([status, type, stored]).toEqual([400, 'invalid-input', []]);
    else expect(status).toBe(201);
  });

  it('has all of it', () => expect(files.length).toBeGreaterThan(300));
});
