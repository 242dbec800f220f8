import { mkdirSync } from 'node:fs';
import { afterAll, describe, expect, it } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import { scratchDirectory } from '../../../sources/src/testing/scratch.js';
import { createEmulator } from '../emulator.js';
import type { FunctionCall } from '../runs/work.js';
import { json } from '../starting/testing/shop.js';
import { asking, emulated } from '../testing/emulated.js';

const { path: folder, write } = scratchDirectory();
const inputSchema = {
  title: 'Shop',
  type: 'object',
  schemaVersion: 1,
  properties: {
    what: { title: 'What', type: 'string', description: 'x', editor: 'textfield', minLength: 3 },
    most: { title: 'Most', type: 'integer', description: 'x', default: 10, minimum: 1, nullable: true },
    urls: { title: 'URLs', type: 'array', description: 'x', editor: 'requestListSources' },
    proxy: { title: 'Proxy', type: 'object', description: 'x', editor: 'proxy' },
    key: { title: 'Key', type: 'string', description: 'x', editor: 'textfield', isSecret: true },
  },
  required: ['what'],
};
for (const made of ['shop/.actor', 'plain', 'slow', 'broken/.actor']) mkdirSync(`${folder}/${made}`, { recursive: true });
write('shop/.actor/input.json', JSON.stringify(inputSchema));
write('shop/.actor/README.md', '# Shop');
write('shop/.actor/fields.json', JSON.stringify({ actorSpecification: 1, fields: {}, views: {} }));
const manifest = {
  actorSpecification: 1,
  name: 'shop',
  version: '0.0',
  input: './input.json',
  storages: { dataset: './fields.json' },
};
write('shop/.actor/actor.json', JSON.stringify(manifest));
write('plain/INPUT_SCHEMA.json', JSON.stringify({ ...inputSchema, required: [] }));
const word = { title: 'Word', type: 'string', description: 'x', editor: 'textfield', pattern: '^(a+)+$|!$' };
write('slow/INPUT_SCHEMA.json', JSON.stringify({ ...inputSchema, properties: { ...inputSchema.properties, word } }));
write('broken/.actor/actor.json', '{');

const echo = async ({ input, setValue }: FunctionCall): Promise<void> => setValue('OUTPUT', input ?? null);
const notices: string[] = [];
/** One emulator for all tests: each starts runs, none counts those of others. */
const emulator = await createEmulator({
  onNotice: (line) => notices.push(line),
  actors: {
    shop: { run: echo, folder: `${folder}/shop`, builds: { beta: { number: '1.0.1' } } },
    plain: { run: echo, folder: `${folder}/plain` },
    slow: { run: echo, folder: `${folder}/slow` },
    broken: { run: echo, folder: `${folder}/broken` },
    free: echo,
  },
  tasks: {
    daily: { actor: 'shop', input: { what: 'table', key: 'of the task' } },
    empty: { actor: 'shop' },
  },
});
afterAll(() => emulator.close());
const ask = asking((request) => emulator.fetch(request), 'http://localhost');
const countRuns = async (): Promise<number> => (await ask('GET /v2/actor-runs')).body.data.total;

describe('the input of a run under the input schema of its actor', () => {
  it.each<[line: string, body: unknown, input: unknown]>([
    ['actors/shop', { what: 'chair' }, { what: 'chair', most: 10 }],
    ['actors/shop', { what: 'chair', most: null, more: [1] }, { what: 'chair', most: null, more: [1] }],
    ['actors/shop', { what: 'chair', key: 'secret' }, { what: 'chair', most: 10, key: 'secret' }],
    ['actor-tasks/daily', undefined, { what: 'table', most: 10, key: 'of the task' }],
    ['actor-tasks/daily', { most: 2 }, { what: 'table', most: 2, key: 'of the task' }],
    ['actor-tasks/empty', { what: 'bed' }, { what: 'bed', most: 10 }],
    ['actors/plain', undefined, { most: 10 }],
    ['actors/broken', { most: 'x' }, { most: 'x' }],
    ['actors/free', { most: 'x' }, { most: 'x' }],
  ])('%s with %j', async (place, body, input) => {
    const ran = await ask(`POST /v2/${place}/run-sync`, body, json);
    expect([ran.status, ran.body]).toEqual([201, input]);
  });

  it.each<[body: unknown, problems: readonly string[]]>([
    [undefined, ['Field input.what is required']],
    [{ what: 1, most: 'x' }, ['Field input.what must be string', 'Field input.most must be integer']],
    [{ what: 'a', most: 0 }, ['Field input.what must NOT have fewer than 3 characters', 'Field input.most must be >= 1']],
    [{ what: 'abc', urls: [{ url: 'nowhere' }] }, ['Items in input.urls at positions [0] do not contain valid URLs']],
    [
      { what: 'abc', proxy: { useApifyProxy: true, apifyProxyCountry: 'QQ' } },
      ['Country code "QQ" is invalid. Only ISO 3166-1 alpha-2 country codes are supported.'],
    ],
  ])('%j is refused at every start, and no run is made', async (body, problems) => {
    const before = await countRuns();
    const error = { type: 'invalid-input', message: `Input is not valid: ${problems.join('; ')}` };
    for (const place of ['actors/shop', 'actor-tasks/empty']) {
      for (const start of ['runs', 'run-sync', 'run-sync-get-dataset-items']) {
        const refused = await ask(`POST /v2/${place}/${start}`, body, json);
        expect([place, start, refused.status, refused.body]).toEqual([place, start, 400, { error }]);
      }
    }
    const checked = await ask('POST /v2/actors/shop/validate-input', body ?? {}, json);
    expect([checked.status, checked.body]).toEqual([400, { error }]);
    expect(await countRuns()).toBe(before);
  });

  it('an input whose check takes long is checked in a thread, with the same outcome', async () => {
    // Millions of ways to fail, and then the alternative fits.
    const input = { what: 'abc', word: `${'a'.repeat(23)}!` };
    const ran = await ask('POST /v2/actors/slow/run-sync', input, json);
    expect([ran.status, ran.body]).toEqual([201, { ...input, most: 10 }]);
    const { status, body } = await ask('POST /v2/actors/slow/run-sync', { ...input, most: 'x' }, json);
    expect([status, body.error.message]).toEqual([400, 'Input is not valid: Field input.most must be integer']);
  });

  it('a body that is not JSON is refused where there is a schema', async () => {
    const refused = await ask('POST /v2/actors/shop/runs', 'hello', { 'content-type': 'text/plain' });
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      expect.stringMatching(/expected application\/json, because/),
    ]);
  });

  it('validate-input accepts what a run would, of any build, and starts none', async () => {
    const before = await countRuns();
    for (const line of ['shop/validate-input', 'shop/validate-input?build=1.0.1', 'free/validate-input']) {
      const { status, body } = await ask(`POST /v2/acts/${line}`, { what: 'lamp' }, json);
      expect([line, status, body]).toEqual([line, 200, { valid: true }]);
    }
    expect((await ask('POST /v2/acts/shop/validate-input?build=none', {}, json)).body.error.type).toBe('unknown-build-tag');
    expect(await countRuns()).toBe(before);
  });

  it('secret values are encrypted in every answer, and reach the actor as they were given', async () => {
    const hidden = /^ENCRYPTED_VALUE:/;
    const made = await ask('POST /v2/actor-tasks', { actId: 'shop', name: 'made', input: { what: 'rug', key: 'mine' } }, json);
    expect(made.body.data.input.key).toMatch(hidden);
    for (const [task, key] of [
      ['daily', 'of the task'],
      ['made', 'mine'],
    ] as const) {
      const own = (await ask(`GET /v2/actor-tasks/${task}`)).body.data.input;
      expect([own.key, (await ask(`GET /v2/actor-tasks/${task}/input`)).body.key]).toEqual([
        expect.stringMatching(hidden),
        expect.stringMatching(hidden),
      ]);
      // What a client got is sent back unchanged.
      const changed = await ask(`PUT /v2/actor-tasks/${task}/input`, { ...own, most: 3 }, json);
      expect(changed.body.key).toMatch(hidden);
      expect((await ask(`POST /v2/actor-tasks/${task}/run-sync`)).body).toMatchObject({ key, most: 3 });
      const record = await ask(`GET /v2/actor-tasks/${task}/runs/last/key-value-store/records/INPUT`);
      expect([record.body.key, record.text.includes(key)]).toEqual([expect.stringMatching(hidden), false]);
    }
  });

  it('the page gets the schema that inputs are checked against, and no secret value', async () => {
    const own = { run: echo, folder: `${folder}/plain`, input: { what: 'rug', key: 'of the actor' } };
    const { ask: askOwn } = await emulated({ actors: { own } });
    const page = (await askOwn('GET /_explorer/input/own')).body;
    const hidden = expect.stringMatching(/^ENCRYPTED_VALUE:/);
    expect(page).toEqual({ schema: { ...inputSchema, required: [] }, input: { what: 'rug', key: hidden } });
    expect((await askOwn('POST /v2/actors/own/run-sync', page.input, json)).body.key).toBe('of the actor');
    expect((await ask('GET /_explorer/input/broken')).body).toEqual({ schema: null, input: null });
  });

  it('a definition that cannot be read is reported', async () => {
    await ask('POST /v2/actors/broken/run-sync', {}, json);
    expect(notices.some((line) => line.includes('broken/.actor/actor.json: no definition of the actor'))).toBe(true);
  });
});

describe('builds', () => {
  it('lead from an actor, from its tags and from a run to what its folder says', async () => {
    const list = (await ask('GET /v2/acts/shop/builds')).body.data;
    const all = (await ask('GET /v2/actor-builds?limit=1&offset=1')).body.data;
    expect([list.total, all.total, violations('ListOfBuilds', list), violations('ListOfBuilds', all)]).toEqual([2, 6, [], []]);
    const run = (await ask('POST /v2/actors/shop/runs?waitForFinish=60', { what: 'sofa' }, json)).body.data;
    const tagged = (await ask('GET /v2/actors/shop')).body.data.taggedBuilds.latest.buildId;
    const build = (await ask(`GET /v2/actor-builds/${run.buildId}`)).body.data;
    expect([tagged, build.id, violations('Build', build)]).toEqual([run.buildId, run.buildId, []]);
    expect(build).toMatchObject({
      actId: run.actId,
      status: 'SUCCEEDED',
      buildNumber: '0.0.1',
      readme: '# Shop',
      actorDefinition: { ...manifest, input: inputSchema, storages: { dataset: { actorSpecification: 1 } }, readme: '# Shop' },
    });
    expect(JSON.parse(build.inputSchema)).toEqual(inputSchema);
    for (const path of [`actors/shop/builds/${build.id}`, 'actors/shop/builds/default', 'acts/shop/builds/default']) {
      expect([path, (await ask(`GET /v2/${path}`)).body.data]).toEqual([path, build]);
    }
  });

  it('without a folder have no definition', async () => {
    const build = (await ask('GET /v2/actors/free/builds/default')).body.data;
    expect([build.actorDefinition, violations('Build', build)]).toEqual([null, []]);
  });

  it('have a log and an OpenAPI description of their input', async () => {
    const { id } = (await ask('GET /v2/actors/shop/builds/default')).body.data;
    const log = (await ask(`GET /v2/actor-builds/${id}/log`)).text;
    expect(log).toMatch(/^\d{4}-\S+Z ACTOR: Build 0\.0\.1 .*\n[\s\S]*Found an input schema\n/);
    expect((await ask(`GET /v2/logs/${id}?stream=1`)).text).toBe(log);
    const described = (await ask(`GET /v2/actor-builds/${id}/openapi.json`)).body;
    expect((await ask('GET /v2/acts/shop/builds/default/openapi.json')).body).toEqual(described);
    expect(Object.keys(described.paths)).toContain('/acts/emulator~shop/run-sync-get-dataset-items');
    expect(described.components.schemas.inputSchema.properties.what).toEqual(inputSchema.properties.what);
  });

  it('have versions', async () => {
    const list = (await ask('GET /v2/actors/shop/versions')).body.data;
    expect([
      list.items.map(({ versionNumber }: { versionNumber: string }) => versionNumber),
      violations('ListOfVersions', list),
    ]).toEqual([['0.0', '1.0'], []]);
    expect((await ask('GET /v2/actors/shop/versions/1.0')).body.data).toMatchObject({
      buildTag: 'beta',
      sourceType: 'SOURCE_FILES',
    });
  });

  it.each(['actor-builds/none', 'actors/shop/builds/none', 'actors/none/builds', 'actors/shop/versions/9.9', 'logs/none'])(
    '%s is not found',
    async (path) => {
      expect((await ask(`GET /v2/${path}`)).body.error.type).toBe('record-not-found');
    },
  );
});
