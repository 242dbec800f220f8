import { describe, expect, it } from 'vitest';
import { json, started } from './testing/shop.js';

const encoded = (value: unknown): string => encodeURIComponent(Buffer.from(JSON.stringify(value)).toString('base64'));

describe('requests that are refused before a run starts', () => {
  const rows: [line: string, status: number, type: string, message: string, body?: unknown, headers?: Record<string, string>][] =
    [
      ['runs?memory=100', 400, 'invalid-parameter', 'memory: got "100", expected a power of 2 from 128 to 32768'],
      ['runs?memory=64', 400, 'invalid-parameter', 'expected a power of 2'],
      ['runs?timeout=-1', 400, 'invalid-parameter', 'timeout: got "-1", expected a number, 0 or more'],
      ['runs?maxItems=x', 400, 'invalid-parameter', 'maxItems: got "x"'],
      ['runs?build=gamma', 403, 'unknown-build-tag', 'Build with tag "gamma" was not found; there are: latest (0.0.1)'],
      ['runs?build=9.9.9', 403, 'build-not-found', 'Build with number "9.9.9" was not found'],
      ['runs?webhooks=%25', 400, 'invalid-parameter', 'webhooks: got "%", expected base64'],
      [
        `runs?webhooks=${encoded([{ eventTypes: ['TEST'], requestUrl: 'http://127.0.0.1/' }])}`,
        400,
        'invalid-parameter',
        'expected a public address',
      ],
      ['run-sync-get-dataset-items?format=doc', 400, 'invalid-parameter', 'format: got "doc"'],
      ['run-sync-get-dataset-items?limit=-1', 400, 'invalid-parameter', 'limit: got "-1"'],
      ['run-sync-get-dataset-items?view=x', 400, 'requested-dataset-view-does-not-exist', 'view'],
      ['run-sync-get-dataset-items?outputFields=x', 400, 'invalid-parameter', 'outputFields'],
      ['runs', 400, 'invalid-input', 'not valid JSON', '{', json],
      ['runs', 400, 'invalid-input', 'got an array, expected a JSON object', [], json],
      ['runs', 415, 'unsupported-content-encoding', 'zip', 'x', { ...json, 'content-encoding': 'zip' }],
      ['runs', 413, 'request-too-large', '9437184', `"${'x'.repeat(9_437_184)}"`, json],
    ];
  it.each(rows)('%s: %s %s', async (line, status, type, message, body, headers) => {
    const { ask } = await started();
    for (const place of ['actor-tasks/daily', 'acts/shop']) {
      const answer = await ask(`POST /v2/${place}/${line}`, body, headers);
      expect([answer.status, answer.body.error.type]).toEqual([status, type]);
      expect(answer.body.error.message).toContain(message);
    }
    expect((await ask('GET /v2/actor-runs')).body.data.total).toBe(0);
  });

  it('a body that is not JSON is refused for a task, not for an actor', async () => {
    const { ask } = await started();
    const text = { 'content-type': 'text/plain' };
    const refused = await ask('POST /v2/actor-tasks/daily/run-sync', 'hello', text);
    expect([refused.status, refused.body.error.message]).toEqual([
      400,
      expect.stringContaining('Content-Type: got "text/plain", expected application/json'),
    ]);
    expect((await ask('POST /v2/acts/shop/run-sync', 'hello', text)).body).toEqual({ input: 'hello' });
  });
});

describe('run-sync', () => {
  it('responds with the requested record; fields of the body override those of the task', async () => {
    const { ask } = await started();
    const answer = await ask('POST /v2/actor-tasks/daily/run-sync', { y: 3 }, json);
    expect([answer.status, answer.headers.get('content-type'), answer.body]).toEqual([
      201,
      'application/json; charset=utf-8',
      { input: { x: 1, y: 3 } },
    ]);
    expect((await ask('GET /v2/actors/fixed/run-sync?build=beta')).body).toEqual({ done: true });
    expect((await ask('GET /v2/actor-tasks/daily/run-sync?outputRecordKey=INPUT')).body).toEqual({ x: 1, y: 2 });
    expect((await ask('GET /v2/actor-tasks/daily/run-sync?outputRecordKey=NONE')).body.error).toEqual({
      type: 'record-not-found',
      message: 'Record was not found',
    });
  });

  it.each(['run-sync', 'run-sync-get-dataset-items'])(
    '%s reports a run that failed, and one that has not ended',
    async (endpoint) => {
      const { ask } = await started();
      const failed = await ask(`GET /v2/actor-tasks/failing/${endpoint}?format=csv`);
      const { id } = (await ask('GET /v2/actor-tasks/failing/runs/last')).body.data;
      expect([failed.status, failed.body]).toEqual([
        400,
        { error: { type: 'run-failed', message: `Actor run did not succeed (run ID: ${id}, status: FAILED)` } },
      ]);
      const { ask: askHasty } = await started(1);
      const late = await askHasty(`POST /v2/acts/endless/${endpoint}`);
      const last = (await askHasty('GET /v2/acts/endless/runs/last')).body.data;
      expect([late.status, late.body.error]).toEqual([
        408,
        {
          type: 'run-timeout-exceeded',
          message: `Actor run did not finish within 1 s (run ID: ${last.id}, status: RUNNING)`,
        },
      ]);
      expect(last.status).toBe('RUNNING');
      expect((await ask(`HEAD /v2/acts/shop/${endpoint}`)).status).toBe(405);
      expect((await ask('GET /v2/acts/shop/runs')).body.data.total).toBe(0);
    },
  );
});
