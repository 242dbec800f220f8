import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, test } from 'vitest';
import { emulated } from '../../packages/emulator/src/testing/emulated.js';

const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-resets-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));
const seeded = join(scratch, 'furniture.jsonl');
writeFileSync(seeded, '{"name":"Oak table"}\n{"name":"Chair"}\n');

let folders = 0;
const places: Record<string, () => { storage?: string }> = {
  'in memory': () => ({}),
  'on disk': () => ({ storage: join(scratch, `storage-${folders++}`) }),
};

/** Requests of other clients during resets. */
const meanwhiles: Record<string, (ask: Awaited<ReturnType<typeof emulated>>['ask']) => Promise<unknown>> = {
  nothing: async () => {},
  'pushes to what is reset': (ask) => ask('POST /v2/datasets/furniture/items', [{}]),
  'deletes of what is reset': (ask) => ask('DELETE /v2/datasets/furniture'),
  'new datasets': (ask) => ask('POST /v2/datasets'),
  'new stores and records': (ask) => ask('POST /v2/key-value-stores'),
  'runs that begin': (ask) => ask('POST /v2/acts/slow/runs'),
};

const rows = Object.keys(places).flatMap((place) => Object.keys(meanwhiles).map((meanwhile) => [place, meanwhile] as const));

describe('simultaneous resets', () => {
  test.each(rows)('%s, beside %s: each is complete, and the seeded datasets exist', async (place, meanwhile) => {
    const actors = {
      slow: ({ signal }: { signal: AbortSignal }) => new Promise((_, reject) => signal.addEventListener('abort', reject)),
    };
    const { ask } = await emulated({ ...(places[place] as () => object)(), seed: [seeded], actors, fsync: 'never' });
    for (let round = 0; round < 3; round++) {
      await ask('POST /v2/datasets?name=other');
      const others = Array.from({ length: 5 }, () => (meanwhiles[meanwhile] as (typeof meanwhiles)[string])(ask));
      const resets = Array.from({ length: 4 }, () => ask('POST /_emulator/reset'));
      expect((await Promise.all(resets)).map(({ status }) => status)).toEqual([204, 204, 204, 204]);
      await Promise.all(others);
    }
    expect((await ask('POST /_emulator/reset')).status).toBe(204);
    expect((await ask('GET /v2/datasets/furniture/items')).body).toEqual([{ name: 'Oak table' }, { name: 'Chair' }]);
    expect((await ask('GET /v2/datasets?unnamed=1')).body.data.items).toHaveLength(1);
    expect((await ask('GET /v2/actor-runs')).body.data.items).toEqual([]);
  });
});
