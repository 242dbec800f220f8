import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createEmulator, type Emulator } from 'dataset-items/emulator';
import { afterAll, beforeAll, describe } from 'vitest';
import { ask } from '../listen.js';
import { cameIn, itAnswersEveryCase } from './answers.js';
import { pushEveryCase } from './push-cases.js';

/** Emulators in memory and on disk. Each has all cases as datasets, pushed like by a client. */
const emulators: Record<string, { emulator?: Emulator; url?: string; folder?: string }> = { memory: {}, files: {} };

beforeAll(async () => {
  for (const [place, state] of Object.entries(emulators)) {
    if (place === 'files') state.folder = await mkdtemp(join(tmpdir(), 'emulator-door-'));
    state.emulator = await createEmulator({ storage: state.folder, fsync: 'never' });
    state.url = (await state.emulator.listen({ port: 0 })).url;
    await pushEveryCase(state.emulator);
  }
});

afterAll(async () => {
  for (const { emulator, folder } of Object.values(emulators)) {
    await emulator?.close();
    if (folder !== undefined) await rm(folder, { recursive: true });
  }
});

describe.each(Object.entries(emulators))('conformance: emulator with its datasets in %s', (_, state) => {
  describe('in memory', () => {
    itAnswersEveryCase(async (path) => {
      const response = await state.emulator?.fetch(new Request(`http://localhost${path}`));
      return cameIn(response ?? Response.error());
    });
  });
  describe('real socket', () => itAnswersEveryCase((path) => ask(`${state.url}${path}`)));
});
