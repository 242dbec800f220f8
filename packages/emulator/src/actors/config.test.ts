import { readFileSync } from 'node:fs';
import { describe, expect, it } from 'vitest';
import { scratchDirectory } from '../../../sources/src/testing/scratch.js';
import { openCatalog } from './catalog.js';
import { configSchema, readConfig } from './config.js';

const { path: folder, write } = scratchDirectory();

const opened = async (config: unknown) => {
  const file = write('emulator.json', typeof config === 'string' ? config : JSON.stringify(config));
  const catalog = await openCatalog({ config: file });
  catalog.close();
  return catalog;
};

const shop = { command: ['node', 'main.js'] };

describe('declarations in emulator.json', () => {
  it.each([
    [
      'a list for a command',
      { command: ['node', 'main.js'] },
      { kind: 'command', command: ['node', 'main.js'], mode: 'api', folder },
    ],
    [
      'a text for the shell',
      { command: 'node main.js', mode: 'local' },
      { kind: 'command', command: 'node main.js', mode: 'local' },
    ],
    ['a folder beside the file', { command: ['x'], folder: 'shop' }, { folder: `${folder}/shop` }],
    ['environment', { command: ['x'], env: { A: 'b' } }, { env: { A: 'b' } }],
    ['a fixture beside the file', { fixture: { file: 'items.csv' } }, { kind: 'fixture', file: `${folder}/items.csv` }],
    [
      'a fixture that fails, with a delay in seconds',
      { fixture: { delaySecs: 1.5, status: 'FAILED', exitCode: 3, log: ['no'], itemsPerSecond: 2 } },
      { kind: 'fixture', delay: 1500, status: 'FAILED', exitCode: 3, log: ['no'], itemsPerSecond: 2 },
    ],
  ])('%s', async (_, actor, work) => {
    const catalog = await opened({ actors: { shop: actor } });
    expect(catalog.actor('shop')?.builds).toMatchObject([{ tag: 'latest', number: '0.0.1', work }]);
  });

  it('builds by tag and number; absent fields of a build are those of the actor', async () => {
    const builds = {
      beta: { number: '0.2.1', command: ['node', 'beta.js'], env: { B: '2' } },
      slow: { env: { SLOW: '1' } },
      fake: { fixture: { file: 'items.jsonl' } },
    };
    const catalog = await opened({ actors: { shop: { ...shop, env: { A: '1' }, builds } } });
    expect(catalog.actor('shop')?.builds).toMatchObject([
      { tag: 'latest', number: '0.0.1', work: { command: ['node', 'main.js'], env: { A: '1' } } },
      { tag: 'beta', number: '0.2.1', work: { command: ['node', 'beta.js'], env: { A: '1', B: '2' } } },
      { tag: 'slow', number: '0.0.2', work: { command: ['node', 'main.js'], env: { A: '1', SLOW: '1' } } },
      { tag: 'fake', number: '0.0.3', work: { kind: 'fixture', file: `${folder}/items.jsonl` } },
    ]);
  });

  it('ids of 17 characters that do not change, and names with and without a user', async () => {
    const config = { actors: { shop, 'apify/hello': shop }, tasks: { daily: { actor: 'apify/hello' } } };
    const [one, other] = [await opened(config), await opened(config)];
    for (const id of ['shop', 'emulator~shop', 'anyone/shop', one.actor('shop')?.id ?? ''])
      expect(one.actor(id)?.name).toBe('shop');
    for (const id of ['hello', 'apify~hello', 'apify/hello'])
      expect(one.actor(id)).toMatchObject({ name: 'hello', username: 'apify' });
    for (const id of ['someone~hello', 'x', '', '~']) expect(one.actor(id)).toBeUndefined();
    for (const id of ['daily', 'me~daily', 'me/daily', one.task('daily')?.id ?? '']) expect(one.task(id)?.name).toBe('daily');
    expect([one.actor('shop')?.id, one.task('daily')?.id]).toEqual([other.actor('shop')?.id, other.task('daily')?.id]);
    expect(one.actor('shop')?.id).toMatch(/^[0-9A-Za-z]{17}$/);
    expect(one.task('daily')?.actorId).toBe(one.actor('hello')?.id);
  });
});

describe('an invalid configuration', () => {
  it.each<[string, unknown, string]>([
    ['not JSON', '{"actors"', 'got text that is not JSON'],
    ['a list', [], 'got [], expected an object'],
    ['an unknown name', { actor: {} }, 'actor: got an unknown name, expected a name that exists; did you mean `actors`?'],
    [
      'a misspelled field',
      { actors: { shop: { comand: [] } } },
      'actors.shop.comand: got an unknown name, expected a name that exists',
    ],
    ['a wrong type', { actors: { shop: { command: 7 } } }, 'actors.shop.command: got 7, expected '],
    ['an empty command', { actors: { shop: { command: [] } } }, 'actors.shop.command: got [], expected a list of 1 or more'],
    ['an odd mode', { actors: { shop: { ...shop, mode: 'x' } } }, 'actors.shop.mode: got "x", expected one of "api", "local"'],
    [
      'neither command nor fixture',
      { actors: { shop: {} } },
      'actors.shop: got neither a command nor a fixture, expected one of the two',
    ],
    ['both', { actors: { shop: { ...shop, fixture: {} } } }, 'actors.shop: got a command and a fixture, expected one of the two'],
    [
      'odd memory',
      { actors: { shop: { ...shop, options: { memoryMbytes: 100 } } } },
      'actors.shop.options.memoryMbytes: got 100, expected one of 128, 256',
    ],
    ['a name with a blank', { actors: { 'my shop': shop } }, 'actors: got the name "my shop", expected names that match'],
    [
      'a task of an unknown actor',
      { actors: { shop }, tasks: { daily: { actor: 'ship' } } },
      'tasks.daily.actor: got "ship", expected an actor that is declared: shop',
    ],
    ['a dataset without a file', { datasets: { a: {} } }, 'datasets.a.file: got nothing, expected a value'],
    ['a task without an actor', { tasks: { daily: {} } }, 'tasks.daily.actor: got nothing, expected a value'],
    [
      'an unknown build',
      { actors: { shop }, tasks: { a: { actor: 'shop', options: { build: 'b' } } } },
      'tasks.a.options.build: got "b", expected a build of the actor: latest (0.0.1)',
    ],
    [
      'two builds with one number',
      { actors: { shop: { builds: { a: { ...shop, number: '1.1.1' }, b: { ...shop, number: '1.1.1' } } } } },
      'actors.shop.builds.b.number: got "1.1.1", expected a number of its own',
    ],
  ])('%s', async (_, config, message) => {
    await expect(opened(config)).rejects.toThrow(`${folder}/emulator.json: ${message}`);
    await expect(opened(config)).rejects.toMatchObject({ code: 'malformed-input' });
  });

  it('a missing file', async () => {
    await expect(readConfig(`${folder}/none.json`)).rejects.toMatchObject({ code: 'record-not-found' });
  });
});

it('the exported schema equals the published file', () => {
  expect(configSchema).toEqual(JSON.parse(readFileSync(new URL('../../emulator.schema.json', import.meta.url), 'utf8')));
});
