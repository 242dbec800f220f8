import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { promisify } from 'node:util';
import { type BuildOptions, build } from 'esbuild';
import { afterAll, expect, it } from 'vitest';
import { randomOf } from '../../packages/kernel/src/testing/random.js';
import { commandPath } from '../command.js';
import { ordinary } from '../laws/lanes/cases.js';
import { compareWorkers, type WorkerCounts } from '../workers/compare.js';

const folder = mkdtempSync(join(tmpdir(), 'workers-slow-'));
afterAll(() => rmSync(folder, { recursive: true }));

const exec = promisify(execFile);
const cli = fileURLToPath(new URL('../../packages/cli', import.meta.url));

/** More with an environment variable, for a run by hand. */
const cases = Number(process.env.WORKERS_CASES ?? 40);

it(`${cases} random exports in one to four threads are those of one thread`, { timeout: 3_600_000 }, async () => {
  const counts: WorkerCounts = { cases: 0, failed: 0, items: 0 };
  const random = randomOf(Date.now());
  for (let left = cases; left > 0; left--) await compareWorkers(random, ordinary, [1, 2, 3, 4], counts);
  process.stdout.write(`workers: ${JSON.stringify(counts)}\n`);
  expect(counts.cases).toBe(cases);
});

it('a thread that is out of memory ends the export, or V8 ends the process', async () => {
  const large = join(folder, 'large.jsonl');
  writeFileSync(large, `${'{"a":1}\n'.repeat(1000)}{"a":[${'{"b":{}},'.repeat(500_000)}{}]}\n`);
  const library = pathToFileURL(join(commandPath, '../index.js')).href;
  const program = `
    import { exportItems, openInputs } from ${JSON.stringify(library)};
    const { bytes } = await exportItems(await openInputs([${JSON.stringify(large)}]), 'format=json', { workers: 2, byteLane: false });
    try { for await (const _ of bytes); } catch (error) { process.stdout.write(error.code + ': ' + error.reason) }`;
  const args = ['--max-old-space-size=24', '--input-type=module', '--eval', program];
  const told = await exec(process.execPath, args).then(
    ({ stdout }) => stdout,
    ({ signal }) => String(signal),
  );
  expect(told).toMatch(/^worker-ended: .*memory|^SIGABRT$|^SIGTRAP$/);
});

it('a bundled service, with the file of the threads and the kernel beside it', async () => {
  const [service, dist] = [join(folder, 'service'), join(folder, 'service/dist')];
  mkdirSync(dist, { recursive: true });
  const items = join(folder, 'items.jsonl');
  writeFileSync(items, Array.from({ length: 500 }, (_, a) => `${JSON.stringify({ a, [`b${a % 3}`]: 'x' })}\n`).join(''));
  const contents = `
    import { exportItems } from '@dataset-items/exporter';
    import { openInputs } from '@dataset-items/sources';
    for (const workers of [0, 2]) {
      const settings = { workers, rangeBytes: 500 };
      const { bytes } = await exportItems(await openInputs([${JSON.stringify(items)}]), 'format=csv', settings);
      let text = '';
      for await (const chunk of bytes) text += Buffer.from(chunk).toString('latin1');
      console.log(JSON.stringify(text));
    }`;
  const shared: BuildOptions = {
    bundle: true,
    platform: 'node',
    format: 'esm',
    target: 'node20',
    tsconfigRaw: '{}',
    logLevel: 'silent',
    banner: { js: "import { createRequire as requireOf } from 'node:module'; const require = requireOf(import.meta.url);" },
  };
  await build({ ...shared, stdin: { contents, resolveDir: cli }, outfile: join(dist, 'service.mjs') });
  // Package managers set NODE_PATH for the test, by which the installed package would be found.
  const run = () => exec(process.execPath, [join(dist, 'service.mjs')], { env: { ...process.env, NODE_PATH: '' } });
  const missing = await run().catch(({ stderr }) => stderr);
  expect(String(missing)).toContain('kernel.wasm');
  copyFileSync(join(cli, 'dist/kernel.wasm'), join(dist, 'kernel.wasm'));
  const alone = await run().catch(({ stderr }) => stderr);
  expect(String(alone)).toContain('a bundle needs @dataset-items/exporter/worker bundled beside it as worker.js');
  const entry = { contents: "import '@dataset-items/exporter/worker';", resolveDir: cli };
  await build({ ...shared, stdin: entry, outfile: join(dist, 'worker.js') });
  writeFileSync(join(service, 'package.json'), '{ "type": "module" }');
  const { stdout } = await run();
  const [one, two] = stdout.trim().split('\n');
  expect(one).toContain('b2');
  expect(two).toBe(one);
  expect(readFileSync(join(dist, 'worker.js')).length).toBeGreaterThan(10_000);
});
