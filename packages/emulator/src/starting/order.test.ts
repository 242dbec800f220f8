import { expect, it } from 'vitest';
import { scratchDirectory } from '../../../sources/src/testing/scratch.js';
import { createEmulator } from '../emulator.js';
import { asking } from '../testing/emulated.js';
import { json } from './testing/shop.js';

const { path: folder } = scratchDirectory();

it('runs keep their order over a restart, also those that were started at the same time', async () => {
  const open = async () => {
    const emulator = await createEmulator({
      storage: `${folder}/storage`,
      fsync: 'never',
      actors: {
        quick: { fixture: {} },
        slow: { fixture: { itemsPerSecond: 1000 } },
        described: { fixture: {}, folder: `${folder}/none` },
      },
    });
    return { emulator, ask: asking((request) => emulator.fetch(request), 'http://localhost') };
  };
  const { emulator, ask } = await open();
  const bodies = Array.from({ length: 24 }, (_, index) => ({ text: 'x'.repeat(index % 3 === 0 ? 100_000 : 10) }));
  await Promise.all(
    bodies.map((body, index) => ask(`POST /v2/acts/${['quick', 'slow', 'described'][index % 3]}/runs`, body, json)),
  );
  const listed = async (asked: typeof ask): Promise<string[]> =>
    (await asked('GET /v2/actor-runs')).body.data.items.map(({ id }: { id: string }) => id);
  const before = await listed(ask);
  await emulator.close();
  const again = await open();
  expect([before.length, await listed(again.ask)]).toEqual([24, before]);
  await again.emulator.close();
});
