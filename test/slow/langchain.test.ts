import { execFile } from 'node:child_process';
import { copyFileSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, expect, it } from 'vitest';
import { emulate } from '../clients/emulated.js';

const exec = promisify(execFile);
const packages = ['@langchain/community@1.1.29', '@langchain/core@1.4.0', 'apify-client@2.25.0'];
const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-langchain-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const { url, emulator } = await emulate({
  token: 'secret',
  actors: { shop: async ({ pushData, input }) => pushData([{ text: `a ${Object(input).what}`, url: 'http://a/' }]) },
  tasks: { daily: { actor: 'shop' } },
});

it("LangChain's loader makes documents of a dataset, and of the results of an actor and a task", async () => {
  const dataset = await emulator.datasets.create({ name: 'pages' });
  await dataset.push([{ text: 'one', url: 'http://a/1' }, { '#hidden': 1 }, { text: 'two', url: 'http://a/2' }]);
  writeFileSync(join(scratch, 'package.json'), '{ "private": true, "type": "module" }');
  // Its other loaders have dozens of peers, which it works without.
  const flags = ['--no-audit', '--no-fund', '--ignore-scripts', '--legacy-peer-deps', '--loglevel=error'];
  await exec('npm', ['install', ...flags, ...packages], { cwd: scratch, maxBuffer: 2 ** 26 });
  copyFileSync(new URL('langchain.mjs', import.meta.url), join(scratch, 'langchain.mjs'));
  const { stdout } = await exec(process.execPath, ['langchain.mjs', url, 'pages'], { cwd: scratch });
  const { stored, called, task } = JSON.parse(stdout.slice(stdout.indexOf('{')));
  const documents = (all: { pageContent: string }[]) => all.map(({ pageContent }) => pageContent);
  expect([documents(stored), documents(called), documents(task)]).toEqual([['one', 'two'], ['a table'], ['a chair']]);
});
