import { request as nodeRequest } from 'node:http';
import { describe, expect, it } from 'vitest';
import { datasetNames } from '../../packages/cli/src/open-command.js';
import { runCommand } from '../command.js';
import { inDirectory } from './scratch.js';
import { endOf, startCommand, until } from './started.js';

it.each<[paths: string[], names: string[]]>([
  [['items.jsonl'], ['items']],
  [
    ['a/items.jsonl.gz', 'b/items.csv', 'items'],
    ['items', 'items-2', 'items-3'],
  ],
  [
    ['Żółty plik (2).csv', '日本.json', '...'],
    ['Zo-ty-plik-2', 'items', 'items-2'],
  ],
  [
    [`${'x'.repeat(80)}.csv`, `${'x'.repeat(80)}.json`],
    ['x'.repeat(63), `${'x'.repeat(61)}-2`],
  ],
])('%j are the datasets %j', (paths, names) => {
  expect(datasetNames(paths)).toEqual(Object.fromEntries(names.map((name, at) => [name, paths[at]])));
});

/** Sends a request with any headers, and gives status and text. */
function ask(url: string, headers: Record<string, string> = {}, method = 'GET'): Promise<{ status: number; text: string }> {
  return new Promise((resolve, reject) => {
    const request = nodeRequest(url, { headers, method, agent: false }, (response) => {
      let text = '';
      response.setEncoding('utf8').on('data', (chunk: string) => {
        text += chunk;
      });
      response.on('end', () => resolve({ status: response.statusCode ?? 0, text }));
    });
    request.on('error', reject).end();
  });
}

async function opened(files: readonly string[], cwd: string) {
  const started = startCommand(['open', ...files], { cwd });
  const [, address = ''] = await until(started, () => started.stdout().match(/The page is at (\S+)\n[\s\S]*Ctrl-C [^\n]*\n/));
  return { ...started, address, origin: new URL(address).origin };
}

const files = { 'one.jsonl': '{"a":1,"b":[{"c":2}]}\n{"a":3}\n', 'two.csv': 'a,b\n1,2\n' };

describe('dataset-items open', () => {
  it('serves files as datasets to a page, for reading, and to its own page only', () =>
    inDirectory(files, async (cwd) => {
      const { address, origin, child, ...started } = await opened(['one.jsonl', 'two.csv'], cwd);
      expect(address).toBe(`${origin}/`);
      const navigation = { accept: 'text/html', 'sec-fetch-mode': 'navigate', 'sec-fetch-site': 'cross-site' };
      expect((await ask(address, navigation)).text).toContain('/_explorer/page.js');
      expect((await ask(`${origin}/storage/datasets/one?unwind=b`, navigation)).status).toBe(200);
      const { data } = JSON.parse((await ask(`${origin}/v2/datasets?unnamed=1`)).text);
      type Listed = { name: string; itemCount: number; stats: { storageBytes: number } };
      expect(data.items.map(({ name, itemCount, stats }: Listed) => [name, itemCount, stats.storageBytes])).toEqual([
        ['one', 2, 30],
        ['two', 1, 8],
      ]);
      const settings = JSON.parse((await ask(`${origin}/_explorer/settings.json`)).text);
      expect(settings).toMatchObject({ readOnly: true, files: { one: 'one.jsonl', two: 'two.csv' } });
      const figures = JSON.parse((await ask(`${origin}/_explorer/figures/one?unwind=b`)).text);
      expect([figures.rows, figures.columns.map(({ name }: { name: string }) => name)]).toEqual([2, ['a', 'c']]);
      const items = await ask(`${origin}/v2/datasets/one/items?format=csv&unwind=b`);
      const lines = (await ask(`${origin}/_explorer/preview/one?format=csv&unwind=b`)).text.trim().split('\n');
      const { base64 } = lines.map((line) => JSON.parse(line)).find(({ kind }) => kind === 'head');
      expect(Buffer.from(base64, 'base64').toString()).toBe(items.text);

      const path = `${origin}/v2/datasets/one/items`;
      for (const headers of [
        { origin: 'http://evil.example' },
        { origin: 'null' },
        { 'sec-fetch-site': 'cross-site' },
        { 'sec-fetch-site': 'same-site', 'sec-fetch-mode': 'navigate' },
        { host: 'evil.example' },
      ] as Record<string, string>[]) {
        const { status, text } = await ask(path, headers);
        expect([headers, status, text.includes('"a"')]).toEqual([headers, 403, false]);
      }
      expect((await ask(path, { origin, 'sec-fetch-site': 'same-origin' })).status).toBe(200);
      for (const method of ['POST', 'PUT', 'DELETE']) expect((await ask(path, {}, method)).status).toBe(405);
      child.kill('SIGINT');
      expect(await endOf({ child, ...started })).toBe(0);
    }));

  it('one file is shown at once', () =>
    inDirectory(files, async (cwd) => {
      const { address } = await opened(['*.csv'], cwd);
      expect(new URL(address).pathname).toBe('/storage/datasets/two');
    }));

  it('a missing file is an error', () =>
    inDirectory({}, async (cwd) => {
      const { status, stderr } = await runCommand(['open', 'none.jsonl'], { cwd });
      expect([status, stderr]).toEqual([66, expect.stringContaining('none.jsonl')]);
    }));
});
