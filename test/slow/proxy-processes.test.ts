import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { versions } from '../clients/emulated.js';
import { inDirectory } from '../command/scratch.js';
import { type Started, startCommand, startEmulator, until } from '../command/started.js';

/** A proxy that listens at a free port; gives its URL too. */
async function startProxy(args: readonly string[], cwd?: string): Promise<Started & { readonly url: string }> {
  const started = startCommand(['proxy', '--port', '0', ...args], { cwd });
  const [, url = ''] = await until(started, () => started.stdout().match(/The proxy is at ([^\s,;]+)[\s\S]*Ctrl-C [^\n]*\n/));
  return { ...started, url };
}

it.skipIf(process.platform === 'win32')(
  'both clients through a proxy in front of an emulator, two processes; it ends with 0',
  async () => {
    const items = [
      { n: 1, tags: [{ t: 'a' }, { t: '=b' }] },
      { n: 2, late: '😀' },
    ];
    await inDirectory({}, async (directory) => {
      const path = join(directory, 'items.jsonl');
      writeFileSync(path, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
      const emulator = await startEmulator(['--in-memory', '--seed', path, '--quiet']);
      const proxy = await startProxy(['--upstream', emulator.url, '--defaults', 'safe=1', '--cache', 'cache'], directory);
      for (const { connect } of versions) {
        const dataset = connect(proxy.url, 'MARKED').dataset('items');
        expect((await dataset.listItems()).items).toEqual(items);
        const csv = await dataset.downloadItems('csv' as never, { unwind: 'tags', fields: ['t', 'late'], bom: false });
        expect(String(csv)).toBe('"t","late"\r\n"a",\r\n"\'=b",\r\n,"😀"\r\n');
        await dataset.pushItems({ n: 3 });
        await dataset.delete();
        await connect(proxy.url).datasets().getOrCreate('items');
        await connect(proxy.url).dataset('items').pushItems(items);
      }
      const [line] = /curl '([^']*)'/.exec(readFileSync('docs/proxy.md', 'utf8'))?.slice(1) ?? [];
      const shown = `${line}`.replace('http://127.0.0.1:4041', proxy.url).replace('earthquakes', 'items');
      expect(await (await fetch(shown)).text()).toContain('"😀"');
      proxy.child.kill('SIGTERM');
      expect(await proxy.ended).toBe(0);
      expect(proxy.stderr()).toMatch(/^\d\d:\d\d:\d\d GET \/v2\/datasets\/items\/items 200 \d+ B [\d.]+ ms cache$/m);
      expect(proxy.stdout() + proxy.stderr()).not.toContain('MARKED');
    });
  },
);
