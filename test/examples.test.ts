import { execFile, spawn } from 'node:child_process';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { type AddressInfo, createServer } from 'node:net';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEmulator } from 'dataset-items/emulator';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { commandPath, runCommand } from './command.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Fenced blocks of one language in a page. */
function blocks(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block = '']) => block);
}

/** Lines that call the command, as a shell would run them. */
function commandLines(text: string): string[] {
  return text.split('\n').flatMap((line) => line.match(/^\s*((?:cat \S+ \| )?dataset-items [a-z].*?)(?:\s+#.*)?$/)?.[1] ?? []);
}

const items = [
  { name: 'Oak table', price: { amount: 10 }, reviews: [{ rating: 5 }, { rating: 3 }] },
  { name: 'Ash chair', price: { amount: 7 }, reviews: [{ rating: 4 }] },
];

describe('examples in the pages', () => {
  // Inside the repository, so that the package is found by its name.
  const folder = mkdtempSync(`${root}node_modules/.examples-`);
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    writeFileSync(`${folder}/items.jsonl`, items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    writeFileSync(`${folder}/dataset-items`, `#!/bin/sh\nexec "${process.execPath}" "${commandPath}" "$@"\n`);
    chmodSync(`${folder}/dataset-items`, 0o755);
  });

  it.each(blocks(read('README.md'), 'js').map((code) => [code]))('README: the library', async (code) => {
    writeFileSync(`${folder}/example.mjs`, code);
    const { stdout } = await run(process.execPath, ['example.mjs'], { cwd: folder });
    expect(stdout).toBe('text/csv; charset=utf-8 2\n');
    expect(readFileSync(`${folder}/reviews.csv`, 'utf8')).toBe('\ufeff"name","rating"\r\n"Oak table","5"\r\n"Oak table","3"\r\n');
    rmSync(`${folder}/reviews.csv`);
  });

  it('README, help: every command line runs', async () => {
    const { stdout: help } = await runCommand(['export', '--help']);
    const lines = new Set([...blocks(read('README.md'), 'sh').flatMap(commandLines), ...commandLines(help.toString('utf8'))]);
    expect(lines.size).toBeGreaterThan(4);
    for (const line of lines) {
      writeFileSync(`${folder}/items.json`, JSON.stringify(items));
      writeFileSync(`${folder}/items.csv`, 'name,price/amount\nOak table,10\n');
      const made = line.match(/-o (\S+)/)?.[1];
      if (made !== undefined) rmSync(`${folder}/${made}`, { force: true });
      const { stderr } = await run('sh', ['-c', line], {
        cwd: folder,
        env: { ...process.env, PATH: `${folder}:${process.env.PATH}` },
      });
      expect([line, stderr]).toEqual([line, '']);
    }
  });

  it.each([
    ['docs/http.md', blocks(read('docs/http.md'), 'js').join('')],
    ['examples/serve.mjs', read('examples/serve.mjs')],
  ])('%s: what curl shows is served', async (_, code) => {
    writeFileSync(`${folder}/serve.mjs`, code.replace('listen(4040', 'listen(Number(process.env.PORT)'));
    const port = await freePort();
    const server = spawn(process.execPath, ['serve.mjs'], { cwd: folder, env: { ...process.env, PORT: String(port) } });
    onTestFinished(() => void server.kill());
    const path = blocks(read('docs/http.md'), 'sh')
      .join('')
      .match(/:4040([^']*)/)?.[1];
    const response = await answer(`http://127.0.0.1:${port}${path}`);
    expect(await response.text()).toContain('"name","rating"\r\n"Oak table","5"\r\n"Oak table","3"\r\n');
    expect(response.headers.get('content-disposition')).toContain('dataset_furniture_');
    expect((await fetch(`http://127.0.0.1:${port}/v2/datasets/x/items`)).status).toBe(404);
  });

  it('docs/emulator.md: the embedded emulator', async () => {
    writeFileSync(`${folder}/embedded.mjs`, blocks(read('docs/emulator.md'), 'js').join(''));
    const { stdout } = await run(process.execPath, ['embedded.mjs'], { cwd: folder });
    expect(stdout).toBe('{"name":"Oak table"}\n{"name":"Ash chair"}\n\n200\n');
  });

  it('docs/emulator.md: what curl shows is served', async () => {
    const emulator = await createEmulator();
    onTestFinished(() => emulator.close());
    const { url } = await emulator.listen({ port: 0 });
    const lines = blocks(read('docs/emulator.md'), 'sh').flatMap((block) => block.match(/^curl .*$/gm) ?? []);
    const came: string[] = [];
    for (const line of lines) {
      const asked = line.replaceAll('http://127.0.0.1:4040', url).replace(/^curl/, 'curl --silent --show-error --fail');
      came.push((await run('sh', ['-c', asked])).stdout);
    }
    expect(came[2]).toBe('\ufeff"name","rating"\r\n"Oak table","5"\r\n"Oak table","3"\r\n');
    expect(JSON.parse(came[3] ?? '').waiting).toEqual([{ status: 429, count: 2, path: '/items' }]);
    expect(JSON.parse(came[4] ?? '').requests).toHaveLength(3);
    expect(came).toHaveLength(6);
  });

  it('docs/runs.md: the configuration, and what curl shows of it', async () => {
    const home = `${folder}/runs`;
    mkdirSync(`${home}/actors/shop`, { recursive: true });
    const [config = ''] = blocks(read('docs/runs.md'), 'json');
    writeFileSync(`${home}/emulator.json`, config);
    writeFileSync(`${home}/pages.jsonl`, '{"url":"https://example.com/1"}\n{"url":"https://example.com/2"}\n');
    const curl = blocks(read('docs/runs.md'), 'sh').flatMap((block) => block.match(/^curl .*$/gm) ?? []);
    const push = curl.find((line) => line.includes('$APIFY_API_BASE_URL'))?.replaceAll('curl', 'curl -sS --fail');
    writeFileSync(
      `${home}/actors/shop/main.js`,
      `require('node:child_process').execFileSync('sh', ['-c', ${JSON.stringify(push)}], { stdio: 'inherit' });`,
    );
    const emulator = await createEmulator({ config: `${home}/emulator.json` });
    onTestFinished(() => emulator.close());
    const { url } = await emulator.listen({ port: 0 });
    const came: string[] = [];
    for (const line of curl.filter((one) => one.includes(':4040'))) {
      const asked = line.replaceAll('http://127.0.0.1:4040', url).replace(/^curl/, 'curl --silent --show-error --fail');
      came.push((await run('sh', ['-c', asked])).stdout);
    }
    expect(came).toEqual([
      '\ufeff"url"\r\n"https://example.com"\r\n',
      '[{\n  "url": "https://example.com/1"\n}]',
      expect.stringMatching(/^\S+Z \{\}\n$/),
    ]);
  });

  it('docs/runs.md: actors that are functions', async () => {
    writeFileSync(`${folder}/functions.mjs`, blocks(read('docs/runs.md'), 'js').join(''));
    const { stdout } = await run(process.execPath, ['functions.mjs'], { cwd: folder });
    expect(stdout).toBe('201 {"name":"Oak table"}\n\n400 {"error":{"type":"run-failed","mess\n');
  });

  it('examples: a test suite over the emulator passes', async () => {
    const { stdout } = await run(process.execPath, ['--test', '--test-reporter=tap', `${root}examples/integration.test.mjs`]);
    expect(stdout).toMatch(/^# pass 4$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  });

  it('examples/integration: its suite passes beside the emulator', async () => {
    const words = [
      'exec',
      '--config',
      'emulator.json',
      '--run-sync-timeout',
      '8',
      '--',
      process.execPath,
      '--test',
      '--test-reporter=tap',
    ];
    const { stdout } = await run(process.execPath, [commandPath, ...words], { cwd: `${root}examples/integration` });
    expect(stdout).toMatch(/^# pass 4$/m);
    expect(stdout).toMatch(/^# fail 0$/m);
  });

  it('npm run demo: the files and their table', async () => {
    const { stdout } = await run(process.execPath, [`${root}examples/demo.mjs`]);
    expect(stdout).toMatch(/out\/earthquakes\.csv +csv +1,707 +[\d,]+ +[\d,]+\n/);
    const [header] = read('out/earthquakes.csv').split('\r\n');
    expect(header).toBe(
      '\ufeff"id","place","mag","time","tsunami","geometry.coordinates/0","geometry.coordinates/1","geometry.coordinates/2","url"',
    );
  });
});

async function freePort(): Promise<number> {
  const server = createServer();
  await new Promise<void>((resolve) => {
    server.listen(0, '127.0.0.1', resolve);
  });
  const { port } = server.address() as AddressInfo;
  await new Promise((resolve) => {
    server.close(resolve);
  });
  return port;
}

/** Asks until the server that was started listens. */
async function answer(url: string): Promise<Response> {
  for (;;) {
    const response = await fetch(url).catch(() => undefined);
    if (response !== undefined) return response;
    await new Promise((resolve) => setTimeout(resolve, 20));
  }
}
