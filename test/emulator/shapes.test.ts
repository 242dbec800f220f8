import { createEmulator } from 'dataset-items/emulator';
import { describe, expect, it, onTestFinished } from 'vitest';
import { routes } from '../../packages/emulator/src/routes/index.js';
import { asking } from '../../packages/emulator/src/testing/emulated.js';
import { violations } from './api-schemas.js';

const schema = { actorSpecification: 1, fields: { properties: { price: { type: 'number' } } }, views: {} };

/** Of every endpoint that answers with `data`: what is sent to it, in this order to one emulator. */
const rows: readonly (readonly [operation: string, line: string, body?: unknown])[] = [
  ['datasets_post', 'POST /v2/datasets?name=empty'],
  ['datasets_post', 'POST /v2/datasets?name=full', { schema, title: 'Full' }],
  ['datasets_post', 'POST /v2/datasets'],
  ['dataset_statistics_get', 'GET /v2/datasets/empty/statistics'],
  ['dataset_items_post', 'POST /v2/datasets/full/items', [{ price: 1, name: null }, { price: 2.5 }, { '#hidden': [] }]],
  ['dataset_get', 'GET /v2/datasets/empty'],
  ['dataset_get', 'GET /v2/datasets/full'],
  ['dataset_put', 'PUT /v2/datasets/full', { name: 'fuller', schema: null }],
  ['dataset_statistics_get', 'GET /v2/datasets/fuller/statistics'],
  ['datasets_get', 'GET /v2/datasets'],
  ['datasets_get', 'GET /v2/datasets?unnamed=1&desc=1&limit=2&offset=1'],
  ['datasets_get', 'GET /v2/datasets?offset=100'],
  ['users_me_get', 'GET /v2/users/me'],
];

describe('answers have the shapes that the description of the API gives them', () => {
  it('each of the table', async () => {
    const emulator = await createEmulator();
    onTestFinished(() => emulator.close());
    const ask = asking((request) => emulator.fetch(request), 'http://localhost:4040');
    for (const [operation, line, sent] of rows) {
      const { answers, status = 200 } = routes.find((route) => route.operation === operation) ?? {};
      const came = await ask(line, sent);
      const wrong = answers === undefined ? [] : violations(answers, came.body.data);
      expect([line, came.status, wrong]).toEqual([line, status, []]);
    }
  });

  it.each<[line: string, body?: unknown]>([
    ['GET /v2/datasets/none'],
    ['GET /v2/datasets?limit=x'],
    ['POST /v2/datasets?name=a%20b'],
    ['PATCH /v2/datasets'],
    ['GET /v2/schedules'],
    ['GET /nowhere'],
  ])('the refusal of %s', async (line, body) => {
    const emulator = await createEmulator();
    onTestFinished(() => emulator.close());
    const came = await asking((request) => emulator.fetch(request), 'http://localhost:4040')(line, body);
    expect(came.status).toBeGreaterThan(399);
    expect(violations('ErrorResponse', came.body)).toEqual([]);
  });

  it('the table has every dataset and user endpoint', () => {
    const mine = routes.filter(({ answers, path }) => answers !== undefined && /^\/v2\/(datasets|users)\b/.test(path));
    expect([...new Set(rows.map(([operation]) => operation))].sort()).toEqual(
      expect.arrayContaining(mine.map(({ operation }) => operation).sort()),
    );
  });
});
