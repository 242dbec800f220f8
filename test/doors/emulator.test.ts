import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { createEmulator, type Emulator } from 'dataset-items/emulator';
import { afterAll, beforeAll, describe, expect } from 'vitest';
import { ask } from '../listen.js';
import { arrayOf, cameIn, itAnswersEveryCase } from './answers.js';
import { cases } from './cases.js';

/** Where an emulator keeps its datasets; each holds every case, pushed as a client pushes it. */
const emulators: Record<string, { emulator?: Emulator; url?: string; folder?: string }> = { memory: {}, files: {} };

beforeAll(async () => {
  for (const [place, state] of Object.entries(emulators)) {
    if (place === 'files') state.folder = await mkdtemp(join(tmpdir(), 'emulator-door-'));
    state.emulator = await createEmulator({ storage: state.folder, fsync: 'never' });
    state.url = (await state.emulator.listen({ port: 0 })).url;
    for (const row of cases) await push(state.emulator, row.id, arrayOf(row));
  }
});

afterAll(async () => {
  for (const { emulator, folder } of Object.values(emulators)) {
    await emulator?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  }
});

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

describe.each(Object.entries(emulators))('conformance: emulator with its datasets in %s', (_, state) => {
  describe('in memory', () => {
    itAnswersEveryCase(async (path) => {
      const response = await state.emulator?.fetch(new Request(`http://localhost${path}`));
      return cameIn(response ?? Response.error());
    });
  });
  describe('real socket', () => itAnswersEveryCase((path) => ask(`${state.url}${path}`)));
});
