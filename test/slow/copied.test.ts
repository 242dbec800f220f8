import { execFile } from 'node:child_process';
import { mkdirSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join, resolve } from 'node:path';
import { promisify } from 'node:util';
import { createEmulator, type Emulator, type Listening } from '@dataset-items/emulator';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { type CopyText, copyTexts } from '../../packages/explorer/src/page/copy/texts.js';
import { settingsOf } from '../../packages/explorer/src/settings.js';

/** What the page gives to take along is run as it stands, and gives the bytes that the server sends. */
const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-copied-'));
const settings = settingsOf({});
let emulator: Emulator;
let listening: Listening;

beforeAll(async () => {
  emulator = await createEmulator({ seed: ['examples/earthquakes.jsonl'] });
  listening = await emulator.listen({ port: 0 });
  const modules = join(scratch, 'node_modules');
  mkdirSync(modules);
  symlinkSync(resolve('packages/cli'), join(modules, 'dataset-items'));
  symlinkSync(resolve('node_modules/apify-client'), join(modules, 'apify-client'));
});
afterAll(async () => {
  await emulator.close();
  rmSync(scratch, { recursive: true });
});

const bin = join(scratch, 'bin');
/** The command as a shell finds it. */
function withCommand(): NodeJS.ProcessEnv {
  mkdirSync(bin, { recursive: true });
  const path = join(bin, 'dataset-items');
  writeFileSync(path, `#!/bin/sh\nexec ${process.execPath} ${resolve('packages/cli/dist/main.cjs')} "$@"\n`, { mode: 0o755 });
  return { ...process.env, PATH: `${bin}:${process.env.PATH}` };
}

/** Not in one go: the server is in this process. */
async function run({ name, text }: CopyText, folder: string): Promise<void> {
  const isCode = name === 'library' || name === 'apify-client';
  if (isCode) writeFileSync(join(folder, 'copied.mjs'), text);
  const [program, ...words] = isCode ? [process.execPath, 'copied.mjs'] : ['bash', '-c', text];
  await promisify(execFile)(program ?? '', words, { cwd: folder, env: withCommand() });
}

const queries = [
  'format=json&limit=20',
  'format=json&fields=id,geometry&outputFields=ID,where&desc=1&limit=3',
  'format=jsonl&flatten=properties&omit=properties.url',
  'format=csv&unwind=properties&limit=100&delimiter=%3B&bom=0',
  'format=csv&fields=odd%27name,id&limit=4',
  'format=html&limit=10',
  'format=xlsx&limit=50',
  'format=xml&xmlRoot=quakes&limit=10',
  'format=rss&limit=10',
];

describe.each(queries)('%s', (query) => {
  it('gives the same bytes as curl, client, library and command', async () => {
    const search = new URLSearchParams(query);
    const [dataset] = emulator.datasets.list();
    const format = settings.formats.find(({ name }) => name === search.get('format'));
    if (dataset === undefined || format === undefined) throw new Error('there is no dataset, or no such format');
    const { id, name = '', modifiedAt } = dataset.facts;
    const origin = new URL(listening.url).origin;
    const [url, ...texts] = copyTexts({
      ...{ origin, token: false, format, search, plain: search, parameters: settings.parameters, file: undefined },
      dataset: { id, name, modifiedAt: new Date(modifiedAt).toISOString() },
    });
    const expected = Buffer.from(await (await fetch(url?.text ?? '')).arrayBuffer());
    expect(expected.length).toBeGreaterThan(20);
    for (const text of texts.filter(({ missing }) => missing === undefined)) {
      const folder = mkdtempSync(join(scratch, 'run-'));
      await run(text, folder);
      const output = `${name}${text.name === 'command' && format.extension === 'jsonl' ? '-export' : ''}.${format.extension}`;
      expect(readFileSync(join(folder, output)).equals(expected), text.name).toBe(true);
    }
  });
});
