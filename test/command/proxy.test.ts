import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, it } from 'vitest';
import { inDirectory } from './scratch.js';
import { type Started, startCommand, startEmulator, until } from './started.js';

/** A proxy that listens at a free port; gives its URL too. */
async function startProxy(args: readonly string[], cwd?: string): Promise<Started & { readonly url: string }> {
  const started = startCommand(['proxy', '--port', '0', ...args], { cwd });
  const [, url = ''] = await until(started, () => started.stdout().match(/The proxy is at ([^\s,;]+)[\s\S]*Ctrl-C [^\n]*\n/));
  return { ...started, url };
}

it('a configuration file, with sources that have options; flags win', async () => {
  await inDirectory({}, async (directory) => {
    writeFileSync(join(directory, 'prices.csv'), 'a/b\n1\n');
    const config = { log: 'json', maxItems: 5, sources: { prices: { from: 'prices.csv', nested: true } } };
    writeFileSync(join(directory, 'proxy.json'), JSON.stringify(config));
    const proxy = await startProxy(['--config', 'proxy.json', '--max-items', '1'], directory);
    const response = await fetch(`${proxy.url}/v2/datasets/prices/items?format=jsonl`);
    expect([await response.text(), response.headers.get('x-apify-pagination-limit')]).toEqual(['{"a":{"b":"1"}}', '1']);
    await until(proxy, () => /^\{"at":.*"by":"source".*\}$/m.exec(proxy.stderr()));
  });
});

it('--record and --check: a second emulator serves what passed', async () => {
  await inDirectory({}, async (directory) => {
    writeFileSync(join(directory, 'oak.jsonl'), '{"name":"Oak table","tags":[{"t":"a"},{"t":"😀"}]}\n');
    const emulator = await startEmulator(['--in-memory', '--seed', 'oak.jsonl'], { cwd: directory });
    const proxy = await startProxy(['--upstream', emulator.url, '--record', 'fixtures', '--check'], directory);
    const path = '/v2/datasets/oak/items?format=csv&unwind=tags&bom=0';
    const text = async (url: string): Promise<string> => (await fetch(url + path)).text();
    const passed = await text(proxy.url);
    expect(passed).toContain('😀');
    await fetch(`${proxy.url}/v2/datasets/none`).then((answer) => answer.text());
    expect(proxy.stderr()).not.toContain('warning');
    const second = await startEmulator(['--in-memory', '--config', 'fixtures/emulator.json'], { cwd: directory });
    expect(await text(second.url)).toBe(passed);
  });
});
