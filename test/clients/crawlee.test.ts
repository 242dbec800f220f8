import { execFile } from 'node:child_process';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { describe, expect, it } from 'vitest';
import { inDirectory, namesIn } from '../command/scratch.js';
import { startEmulator } from '../command/started.js';
import { versions } from './emulated.js';

const run = promisify(execFile);
const script = fileURLToPath(new URL('children/crawlee.mjs', import.meta.url));

function crawlee(act: 'write' | 'read', storage: string): Promise<{ stdout: string }> {
  return run(process.execPath, [script, act], {
    cwd: storage,
    env: { ...process.env, CRAWLEE_STORAGE_DIR: storage, CRAWLEE_LOG_LEVEL: 'ERROR' },
  });
}

const written = [
  ...Array.from({ length: 12 }, (_, id) => ({ id, name: `Kůň ${id}`, price: { amount: id / 2 } })),
  { id: 12, '#debug': true },
];

describe.each(versions)('a directory that Crawlee wrote, under start --storage, with apify-client $version', ({ connect }) => {
  it('is served in place and pushed to, and Crawlee reads the pushed items', () =>
    inDirectory({}, async (storage) => {
      await crawlee('write', storage);
      expect(namesIn(join(storage, 'datasets', 'products'))).toContain('000000013.json');
      const emulator = await startEmulator(['--storage', storage, '--quiet']);
      const client = connect(emulator.url);
      const dataset = client.dataset('products');
      expect((await dataset.listItems()).items).toEqual(written);
      expect(await dataset.get()).toMatchObject({ name: 'products', itemCount: 13 });
      expect((await client.dataset('default').listItems()).items).toEqual([{ url: 'https://example.com' }]);
      const { items } = await dataset.listItems({ flatten: ['price'], fields: ['price.amount', 'id'], desc: true, limit: 2 });
      expect(items).toEqual([{ id: 12 }, { 'price.amount': 5.5, id: 11 }]);
      await dataset.pushItems([{ id: 13, name: 'pushed' }]);
      expect((await dataset.listItems({ offset: 12 })).items).toEqual([written[12], { id: 13, name: 'pushed' }]);
      emulator.child.kill('SIGTERM');
      expect(await emulator.ended).toBe(0);
      expect(JSON.parse((await crawlee('read', storage)).stdout)).toEqual({
        items: [...written, { id: 13, name: 'pushed' }],
        total: 14,
      });
    }));
});
