import { execFile, spawn } from 'node:child_process';
import { once } from 'node:events';
import { chmodSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { promisify } from 'node:util';
import { createEmulator } from 'dataset-items/emulator';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { commandPath, runCommand } from '../command.js';

const run = promisify(execFile);
const root = fileURLToPath(new URL('../../', import.meta.url));
const read = (path: string): string => readFileSync(`${root}${path}`, 'utf8');

/** Fenced blocks of one language in a page. */
function blocks(page: string, language: string): string[] {
  return [...page.matchAll(new RegExp(`^\`\`\`${language}\\n([\\s\\S]*?)^\`\`\``, 'gm'))].map(([, block = '']) => block);
}

/** Lines that call the command, in the form of a shell. */
function commandLines(text: string): string[] {
  return text.split('\n').flatMap((line) => line.match(/^\s*((?:cat \S+ \| )?dataset-items [a-z].*?)(?:\s+#.*)?$/)?.[1] ?? []);
}

const items = [
  { name: 'Oak table', price: { amount: 10 }, reviews: [{ rating: 5 }, { rating: 3 }] },
  { name: 'Ash chair', price: { amount: 7 }, reviews: [{ rating: 4 }] },
];

describe('examples in the pages', () => {
  // Inside the repository, so that the package is resolved by its name.
  const folder = mkdtempSync(`${root}node_modules/.examples-`);
  afterAll(() => rmSync(folder, { recursive: true }));
  beforeAll(() => {
    writeFileSync(`${folder}/server.log`, 'WARN disk nearly full\n');
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

  it('docs/library.md and docs/inputs.md: what each example prints', async () => {
    const printed: string[] = [];
    const examples = ['docs/library.md', 'docs/inputs.md'].flatMap((page) => blocks(read(page), 'js'));
    for (const [number, code] of examples.entries()) {
      writeFileSync(`${folder}/library-${number}.mjs`, code);
      printed.push((await run(process.execPath, [`library-${number}.mjs`], { cwd: folder })).stdout.replaceAll('\r', ''));
    }
    expect(printed).toEqual([
      '"at","id","price","sku"\n"1970-01-01T00:00:00.000Z","1","5","A"\ntext/csv; charset=utf-8 1\n',
      'at { date: 1 } 1 of 2 1\nsize { number: 2 } 2 of 2 2\nurl { link: 2 } 2 of 2 2\n',
      'closed\n{"id":2}\n',
      'a\tb/c\n1\tx\n2\t\n',
      '"level","line"\n"WARN","WARN disk nearly full"\n',
      '[{\n  "id": 1\n}]',
    ]);
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
    // Any free port, which is printed: no other program can take it meanwhile.
    const printing = `listen(0, '127.0.0.1', function () { console.log('127.0.0.1:' + this.address().port) })`;
    writeFileSync(`${folder}/serve.mjs`, code.replace(`listen(4040, '127.0.0.1')`, printing));
    const server = spawn(process.execPath, ['serve.mjs'], { cwd: folder, env: { ...process.env, PORT: '0' } });
    onTestFinished(() => void server.kill());
    const [printed] = await once(server.stdout, 'data');
    const port = String(printed).match(/127\.0\.0\.1:(\d+)/)?.[1];
    const path = blocks(read('docs/http.md'), 'sh')
      .join('')
      .match(/:4040([^']*)/)?.[1];
    const response = await fetch(`http://127.0.0.1:${port}${path}`);
    expect(await response.text()).toContain('"name","rating"\r\n"Oak table","5"\r\n"Oak table","3"\r\n');
    expect(response.headers.get('content-disposition')).toBeNull();
    const saved = await fetch(`http://127.0.0.1:${port}${path}&attachment=1`);
    expect(saved.headers.get('content-disposition')).toBe('attachment; filename="dataset_furniture.csv"');
    expect((await fetch(`http://127.0.0.1:${port}/v2/datasets/x/items`)).status).toBe(404);
  });

  it('docs/emulator.md: the embedded emulator', async () => {
    writeFileSync(`${folder}/embedded.mjs`, blocks(read('docs/emulator.md'), 'js').join(''));
    const { stdout } = await run(process.execPath, ['embedded.mjs'], { cwd: folder });
    expect(stdout).toBe('{"name":"Oak table"}\n{"name":"Ash chair"}\n200\n');
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
    // The servers of runs are tried in packages/emulator/src/web-servers/web-servers.test.ts.
    for (const line of curl.filter((one) => one.includes(':4040/v2/'))) {
      const asked = line.replaceAll('http://127.0.0.1:4040', url).replace(/^curl/, 'curl --silent --show-error --fail');
      came.push((await run('sh', ['-c', asked])).stdout);
    }
    expect(came).toEqual([
      '\ufeff"url"\r\n"https://example.com"\r\n',
      '[{\n  "url": "https://example.com/1"\n}]',
      expect.stringMatching(/^\S+Z ACTOR: Starting build 0\.0\.1\.\n\S+Z \{\}\n$/),
      expect.stringMatching(/"cronExpression": ?"0 8 \* \* \*"/),
    ]);
  });

  it('docs/runs.md: actors that are functions', async () => {
    writeFileSync(`${folder}/functions.mjs`, blocks(read('docs/runs.md'), 'js').join(''));
    const { stdout } = await run(process.execPath, ['functions.mjs'], { cwd: folder });
    expect(stdout).toBe('201 {"name":"Oak table"}\n400 {"error":{"type":"run-failed","mess\n');
  });

  it('docs/proxy.md: a proxy in a program', async () => {
    const code = blocks(read('docs/proxy.md'), 'js').join('');
    writeFileSync(`${folder}/proxy.mjs`, code.replace("'@dataset-items/proxy'", `'${root}packages/proxy/dist/index.js'`));
    const { stdout } = await run(process.execPath, ['proxy.mjs'], { cwd: folder });
    expect(stdout).toBe('200\n');
  });

  it.skipIf(process.platform === 'win32')('docs/proxy.md: every command line starts a server', async () => {
    const home = `${folder}/proxy`;
    mkdirSync(`${home}/fixtures`, { recursive: true });
    writeFileSync(`${home}/earthquakes.jsonl`, '{"place":"here"}\n');
    writeFileSync(`${home}/fixtures/emulator.json`, '{}');
    const lines = blocks(read('docs/proxy.md'), 'sh').flatMap(commandLines);
    expect(lines.length).toBeGreaterThan(7);
    for (const line of lines) {
      const env = { ...process.env, PATH: `${folder}:${process.env.PATH}` };
      const server = spawn('sh', ['-c', `exec ${line.replace(/ --port \d+/, '')} --port 0`], { cwd: home, env });
      onTestFinished(() => void server.kill('SIGKILL'));
      let printed = '';
      for (const stream of [server.stdout, server.stderr]) stream.on('data', (text) => (printed += text));
      server.stdout.on('data', () => !server.killed && printed.includes('Ctrl-C') && server.kill());
      const [status] = await once(server, 'close');
      expect([line, status, printed]).toEqual([line, 0, expect.stringContaining('Ctrl-C')]);
    }
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
      '30',
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
