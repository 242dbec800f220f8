import { gzipSync } from 'node:zlib';
import type { Emulator } from 'dataset-items/emulator';
import { expect } from 'vitest';
import { arrayOf } from './answers.js';
import { cases } from './cases.js';

/** Every case as a dataset, pushed as a client pushes it. */
export async function pushEveryCase(emulator: Emulator): Promise<void> {
  for (const row of cases) await push(emulator, row.id, arrayOf(row));
}

async function push(emulator: Emulator, name: string, text: string): Promise<void> {
  const post = (path: string, body?: Buffer): Promise<Response> => {
    const headers = { 'content-type': 'application/json', ...(body && { 'content-encoding': 'gzip' }) };
    return emulator.fetch(
      new Request(`http://localhost/v2/datasets${path}`, {
        method: 'POST',
        headers,
        ...(body && { body: new Uint8Array(body) }),
      }),
    );
  };
  const made = await post(`?name=${name}`);
  const pushed = await post(`/${name}/items`, gzipSync(text));
  expect([made.status, pushed.status]).toEqual([201, 201]);
}
