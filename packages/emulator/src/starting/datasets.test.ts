import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { expect, it, onTestFinished } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import { emulated } from '../testing/emulated.js';

/** An actor in a folder whose `actor.json` declares storages. */
async function started(storages: unknown, command: readonly string[], mode: 'api' | 'local') {
  const folder = mkdtempSync(join(tmpdir(), 'dataset-items-aliases-'));
  onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
  mkdirSync(join(folder, '.actor'));
  writeFileSync(join(folder, '.actor', 'pages.json'), '{"fields":{"properties":{"url":{"type":"string"}}}}');
  writeFileSync(join(folder, '.actor', 'actor.json'), JSON.stringify({ actorSpecification: 1, storages }));
  const notices: string[] = [];
  const { ask, emulator } = await emulated({
    actors: { shop: { command, folder, mode } },
    onNotice: (line) => notices.push(line),
  });
  await emulator.listen({ port: 0 });
  const run = (await ask('POST /v2/acts/shop/runs?waitForFinish=60')).body.data;
  return { ask, run, notices };
}

const several = { datasets: { default: { fields: {} }, pages: './pages.json' } };

it('a run has several datasets, each with its schema', async () => {
  const { ask, run } = await started(several, ['node', '-e', ''], 'api');
  expect([run.status, violations('Run', run)]).toEqual(['SUCCEEDED', []]);
  const { datasets } = run.storageIds;
  expect(datasets).toEqual({ default: run.defaultDatasetId, pages: expect.stringMatching(/^[0-9A-Za-z]{17}$/) });
  const pages = `/v2/datasets/${datasets.pages}`;
  expect((await ask(`POST ${pages}/items`, [{ url: 7 }])).body.error.type).toBe('schema-validation-error');
  expect((await ask(`POST ${pages}/items`, [{ url: 'x' }])).status).toBe(201);
  expect((await ask(`GET ${pages}`)).body.data).toMatchObject({ itemCount: 1, actRunId: run.id });
  expect((await ask(`DELETE /v2/actor-runs/${run.id}`)).status).toBe(204);
  expect((await ask(`GET ${pages}`)).status).toBe(404);
});

it('in local mode each has its directory, and the default directories are there at the start', async () => {
  const script = `
    const { mkdirSync, readdirSync, writeFileSync } = require('node:fs');
    process.chdir(process.env.CRAWLEE_STORAGE_DIR);
    console.log(['.', 'datasets', 'key_value_stores', 'request_queues'].map((name) => readdirSync(name).join()).join(';'));
    mkdirSync('datasets/pages');
    writeFileSync('datasets/pages/000000001.json', '{"url":"x"}');
    writeFileSync('datasets/default/000000001.json', '{"n":1}');`;
  const { ask, run } = await started(several, ['node', '-e', script], 'local');
  const items = async (id: string) => (await ask(`GET /v2/datasets/${id}/items`)).body;
  expect([await items(run.storageIds.datasets.pages), await items(run.defaultDatasetId)]).toEqual([[{ url: 'x' }], [{ n: 1 }]]);
  expect((await ask(`GET /v2/logs/${run.id}`)).text).toContain(
    'datasets,key_value_stores,request_queues;default;default;default\n',
  );
  await ask(`POST /v2/actor-runs/${run.id}/resurrect`);
  await ask(`GET /v2/actor-runs/${run.id}?waitForFinish=60`);
  expect(await items(run.defaultDatasetId)).toEqual([{ n: 1 }, { n: 1 }]);
});

it('a manifest with `dataset` and `datasets` is reported', async () => {
  const { run, notices } = await started({ dataset: {}, ...several }, ['node', '-e', ''], 'api');
  expect(run.storageIds.datasets).toEqual({ default: run.defaultDatasetId });
  expect(notices.join()).toMatch(/actor\.json: no dataset schema .*expected one of them/);
});
