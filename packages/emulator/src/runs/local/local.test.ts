import { mkdirSync, readdirSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import type { Run } from '../run.js';
import { itemsOf, linesOf, newDirectory, node, openRuns, toEnd, until, wanted } from '../testing/open-runs.js';

const local = { mode: 'local' } as const;
const require = createRequire(import.meta.url);
const sdk = JSON.stringify(require.resolve('apify'));

/** The start of each script: the storage directory, and functions that write to it as Crawlee does. */
const writing = `
  const { existsSync, mkdirSync, readFileSync, rmSync, writeFileSync } = require('node:fs');
  const { join } = require('node:path');
  const root = process.env.CRAWLEE_STORAGE_DIR;
  const items = join(root, 'datasets', 'default');
  const records = join(root, 'key_value_stores', 'default');
  mkdirSync(items, { recursive: true });
  const item = (n, text) => writeFileSync(join(items, String(n).padStart(9, '0') + '.json'), text ?? JSON.stringify({ n }));
  const later = (work, ms) => setTimeout(work, ms);
  const when = (path, work) => { const look = setInterval(() => { if (existsSync(path)) { clearInterval(look); work(); } }, 20); };
`;

async function recordsOf(runs: Awaited<ReturnType<typeof openRuns>>, id: string): Promise<Record<string, string>> {
  const store = runs.keyValues.find(id);
  const { items = [] } = (await store?.keys()) ?? {};
  const rows = items.map(async ({ key, contentType }) => {
    const value = Buffer.from((await store?.get(key))?.value ?? []).toString();
    return [`${key} ${contentType}`, value] as const;
  });
  return Object.fromEntries(await Promise.all(rows));
}

describe('the data that a command writes to a Crawlee storage directory', () => {
  const numbers = (...all: number[]) => all.map((n) => ({ n }));
  test.each<[string, string, object[], string[]]>([
    ['items', 'for (let n = 1; n <= 1234; n++) item(n)', numbers(...Array.from({ length: 1234 }, (_, index) => index + 1)), []],
    ['no items', '', [], []],
    ['items in another order', 'item(3); later(() => { item(2); later(() => item(1), 300) }, 300)', numbers(1, 2, 3), []],
    [
      'an item that is written in two steps',
      `item(1); item(2, '{"n":'); item(3); later(() => item(2), 500)`,
      numbers(1, 2, 3),
      [],
    ],
    [
      'files that are not items',
      `item(1); item(2, '{"n":'); item(3, '[1]'); item(4); item(5, '')`,
      numbers(1, 4),
      ['000000002.json', '000000003.json', '000000005.json'].map((name) => `${name} is not a JSON object, and was skipped`),
    ],
    ['a gap', 'item(1); item(7); item(9)', numbers(1, 7, 9), []],
    [
      'other files',
      `item(1); writeFileSync(join(items, '__metadata__.json'), '{"itemCount":1}'); mkdirSync(join(items, '000000002.json.lock'))`,
      numbers(1),
      [],
    ],
    ['items before it fails', 'item(1); process.exitCode = 1', numbers(1), ['The command exited with code 1']],
  ])('is the dataset of the run: %s', async (_, script, expected, log) => {
    const runs = await openRuns();
    const run = await toEnd(runs, wanted(node(`${writing}${script}`, local)));
    expect(await itemsOf(runs, run)).toEqual(expected);
    expect(await linesOf(runs, run)).toEqual(log);
    await runs.close();
    expect(runs.problems).toEqual([]);
    expect(readdirSync(tmpdir()).filter((name) => name.includes(run.id))).toEqual([]);
  });

  test('is in the dataset while the command still runs', async () => {
    const runs = await openRuns();
    const { id, defaultDatasetId } = await runs.start(
      wanted(node(`${writing} item(1); later(() => item(2), 300); later(() => {}, 600000)`, local)),
    );
    await until(() => runs.datasets.find(defaultDatasetId)?.facts.itemCount === 2, 'both are there');
    expect(runs.get(id)?.status).toBe('RUNNING');
    await runs.abort(id);
    await runs.wait(id, Number.POSITIVE_INFINITY);
    expect(runs.datasets.find(defaultDatasetId)?.facts.itemCount).toBe(2);
    await runs.close();
  });

  test('is in the dataset, of one that is removed and created again too', async () => {
    const runs = await openRuns();
    const seen = join(newDirectory(), 'seen');
    const again = `rmSync(items, { recursive: true }); mkdirSync(items); item(1, '{"n":11}')`;
    const script = `${writing} item(1); item(2); when('${seen}', () => { ${again} })`;
    const run = await runs.start(wanted(node(script, local)));
    await until(() => runs.datasets.find(run.defaultDatasetId)?.facts.itemCount === 2, 'both are there');
    writeFileSync(seen, '');
    await runs.wait(run.id, Number.POSITIVE_INFINITY);
    expect(await itemsOf(runs, run)).toEqual(numbers(1, 2, 11));
    await runs.close();
  });

  test('is in the key-value store of the run; a deleted file deletes its record', async () => {
    const runs = await openRuns();
    const seen = join(newDirectory(), 'seen');
    const script = `
      writeFileSync(join(records, 'OUTPUT.json'), readFileSync(join(records, 'INPUT.json')));
      writeFileSync(join(records, 'page.html'), '<p>');
      writeFileSync(join(records, 'plain'), 'x');
      writeFileSync(join(records, 'plain.__metadata__.json'), '{"key":"plain","content_type":"text/plain"}');
      writeFileSync(join(records, 'a b.txt'), 'a key that is refused');
      writeFileSync(join(records, 'gone.json'), '1');
      when('${seen}', () => { rmSync(join(records, 'gone.json')); writeFileSync(join(records, 'page.html'), '<b>'); })`;
    const { id, defaultKeyValueStoreId } = await runs.start(wanted(node(writing + script, local), {}, { url: 'x' }));
    await until(async () => runs.keyValues.find(defaultKeyValueStoreId)?.head('gone'), 'it is there before it is gone');
    writeFileSync(seen, '');
    const run = await runs.wait(id, Number.POSITIVE_INFINITY);
    expect(await recordsOf(runs, defaultKeyValueStoreId)).toEqual({
      'INPUT application/json': '{"url":"x"}',
      'OUTPUT application/json; charset=utf-8': '{"url":"x"}',
      'page text/html; charset=utf-8': '<b>',
      'plain text/plain': 'x',
    });
    expect(run && (await linesOf(runs, run))).toEqual([
      expect.stringMatching(/^a b\.txt was skipped: The record key "a b" was refused/),
    ]);
    await runs.close();
  });

  test('continues after the command is restarted', async () => {
    const runs = await openRuns();
    const script = `${writing}
      const { readdirSync } = require('node:fs');
      const n = readdirSync(items).length + 1;
      console.log(process.env.CRAWLEE_PURGE_ON_START);
      item(n);
      process.exitCode = n < 3 ? 7 : 0;`;
    const run = await toEnd(runs, wanted(node(script, local), { restartOnError: true }));
    expect(run).toMatchObject({ status: 'SUCCEEDED', exitCode: 0, stats: { restartCount: 2 } });
    expect(await itemsOf(runs, run)).toEqual(numbers(1, 2, 3));
    expect(await linesOf(runs, run)).toEqual([
      '0',
      'The command exited with code 7; restarting (1 of 3)',
      '0',
      'The command exited with code 7; restarting (2 of 3)',
      '0',
    ]);
    await runs.close();
  });

  test('a command that always fails is restarted three times, and not after it was aborted', async () => {
    const runs = await openRuns();
    const failing = await toEnd(runs, wanted(node('process.exit(5)'), { restartOnError: true }));
    expect(failing).toMatchObject({ status: 'FAILED', exitCode: 5, stats: { restartCount: 3 } });
    const { id } = await runs.start(wanted(node('console.log("up"); setInterval(() => {}, 1000)'), { restartOnError: true }));
    await until(async () => (await linesOf(runs, { id } as Run)).length > 0, 'it is up');
    await runs.abort(id);
    expect(await runs.wait(id, Number.POSITIVE_INFINITY)).toMatchObject({ status: 'ABORTED', stats: { restartCount: 0 } });
    await runs.close();
  });

  test('of an actor that uses the SDK, unchanged', async () => {
    const folder = newDirectory();
    mkdirSync(join(folder, 'src'));
    writeFileSync(
      join(folder, 'src', 'main.cjs'),
      `const { Actor } = require(${sdk});
      Actor.main(async () => {
        const { count } = await Actor.getInput();
        for (let n = 1; n <= count; n++) await Actor.pushData({ n });
        await Actor.pushData([{ n: 'last' }, { n: 'of all' }]);
        await Actor.setValue('OUTPUT', { count });
        await Actor.setValue('text', 'as it is', { contentType: 'text/plain' });
        await Actor.setValue('page.html', '<p>', { contentType: 'text/html' });
      });`,
    );
    const runs = await openRuns();
    const run = await toEnd(
      runs,
      wanted(node('', { ...local, folder, command: [process.execPath, 'src/main.cjs'] }), {}, { count: 40 }),
    );
    expect([run.status, await linesOf(runs, run)]).toEqual(['SUCCEEDED', expect.any(Array)]);
    const expected = Array.from({ length: 40 }, (_, index) => ({ n: index + 1 }));
    expect(await itemsOf(runs, run)).toEqual([...expected, { n: 'last' }, { n: 'of all' }]);
    expect(await recordsOf(runs, run.defaultKeyValueStoreId)).toMatchObject({
      'OUTPUT application/json; charset=utf-8': expect.stringContaining('40'),
      'text text/plain': 'as it is',
      'page.html text/html': '<p>',
    });
    await runs.close();
    expect(runs.problems).toEqual([]);
  });
});
