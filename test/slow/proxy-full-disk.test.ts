import { execFileSync } from 'node:child_process';
import { mkdtempSync, writeFileSync } from 'node:fs';
import { readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { ask } from '../listen.js';
import { proxyOf, upstreamOf } from '../proxy/servers.js';

/** A disk of one megabyte. `undefined`: this process may not make one. */
function smallDisk(): string | undefined {
  const directory = mkdtempSync(join(tmpdir(), 'proxy-full-'));
  onTestFinished(() => rm(directory, { recursive: true, force: true }));
  try {
    execFileSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory], { stdio: 'ignore' });
  } catch {
    return undefined;
  }
  onTestFinished(() => void execFileSync('umount', ['-l', directory]));
  return directory;
}

it('on a full disk the cache is switched off with one line, and each answer is complete', async ({ skip }) => {
  const directory = smallDisk();
  if (directory === undefined) return skip('no disk may be mounted here');
  const sizes: Readonly<Record<string, number>> = { small: 100, large: 30_000 };
  const { url: upstream, seen } = await upstreamOf(({ url = '' }, outgoing) => {
    const [, name = ''] = /^\/v2\/datasets\/(\w+)/.exec(url) ?? [];
    const count = sizes[name] ?? 0;
    const dataset = { id: name, name, modifiedAt: new Date(0).toISOString(), itemCount: count };
    if (!url.includes('/items')) return outgoing.end(JSON.stringify({ data: dataset }));
    outgoing.writeHead(200, { 'content-type': 'application/x-ndjson', 'x-apify-pagination-total': String(count) });
    outgoing.end(Array.from({ length: count }, (_, n) => `{"n":${n},"text":"${'x'.repeat(90)}"}\n`).join(''));
  });
  const notices: string[] = [];
  const url = await proxyOf(upstream, { cache: { directory }, onNotice: (line) => notices.push(line) });
  const count = async (name: string): Promise<number> => {
    const { status, bytes, cut } = await ask(`${url}/v2/datasets/${name}/items?format=jsonl`);
    expect([status, cut]).toEqual([200, false]);
    return bytes.toString().split('\n').length;
  };
  expect([await count('small'), await count('small'), notices]).toEqual([100, 100, []]);
  expect(await Promise.all(['large', 'large', 'small', 'large'].map(count))).toEqual([30_000, 30_000, 100, 30_000]);
  expect(notices).toEqual([expect.stringMatching(/^the cache is off until the proxy starts again: .*no space left on device/)]);
  const asked = seen.length;
  expect([await count('large'), await count('small')]).toEqual([30_000, 100]);
  expect(seen.length).toBeGreaterThan(asked);
  // What was written of the large dataset is removed.
  const names = (await readdir(directory)).filter((name) => name !== 'secret');
  expect(names).toHaveLength(1);
  writeFileSync(join(directory, 'space'), Buffer.alloc(500_000));
  expect((await stat(join(directory, 'space'))).size).toBe(500_000);
});
