import { afterAll, describe, expect, it } from 'vitest';
import { violations } from '../../../../test/emulator/api-schemas.js';
import { rateLimiter } from '../control/rate-limit.js';
import { createEmulator } from '../emulator.js';
import { asking, emulated } from '../testing/emulated.js';

const emulator = await createEmulator({
  actors: { shop: { fixture: { output: { a: 1 } } } },
  tasks: { daily: { actor: 'shop' } },
});
afterAll(() => emulator.close());
const ask = asking((request) => emulator.fetch(request), 'http://localhost');
const record = '/v2/key-value-stores/box/records/text';
await ask('POST /v2/key-value-stores?name=box');
await ask(`PUT ${record}`, '0123456789', { 'content-type': 'text/plain' });

describe('a record', () => {
  it.each<[range: string, status: number, text: string, contentRange: string | null]>([
    ['bytes=0-3', 206, '0123', 'bytes 0-3/10'],
    ['bytes=7-', 206, '789', 'bytes 7-9/10'],
    ['bytes=-2', 206, '89', 'bytes 8-9/10'],
    ['bytes=8-100', 206, '89', 'bytes 8-9/10'],
    ['bytes=-100', 206, '0123456789', 'bytes 0-9/10'],
    ['bytes=0-1,4-5', 200, '0123456789', null],
    ['bytes=5-2', 200, '0123456789', null],
    ['bytes=x', 200, '0123456789', null],
    ['items=0-1', 200, '0123456789', null],
  ])('%s', async (range, status, text, contentRange) => {
    const answer = await ask(`GET ${record}`, undefined, { range });
    expect([answer.status, answer.text, answer.headers.get('content-range'), answer.headers.get('content-length')]).toEqual([
      status,
      text,
      contentRange,
      String(text.length),
    ]);
    expect(answer.headers.get('accept-ranges')).toBe('bytes');
  });

  it.each(['bytes=10-', 'bytes=-0'])('%s is outside of it', async (range) => {
    const answer = await ask(`GET ${record}`, undefined, { range });
    expect([answer.status, answer.headers.get('content-range'), answer.body.error.type]).toEqual([
      416,
      'bytes */10',
      'range-not-satisfiable',
    ]);
  });

  it('has an ETag, which changes with it', async () => {
    const first = (await ask(`GET ${record}`)).headers.get('etag') ?? '';
    expect((await ask(`HEAD ${record}`)).headers.get('etag')).toBe(first);
    for (const known of [first, `W/${first}`, `"x", ${first}`, '*']) {
      const answer = await ask(`GET ${record}`, undefined, { 'if-none-match': known });
      expect([known, answer.status, answer.text]).toEqual([known, 304, '']);
    }
    expect((await ask(`GET ${record}`, undefined, { 'if-none-match': '"x"' })).status).toBe(200);
    expect((await ask(`GET ${record}`, undefined, { range: 'bytes=0-0', 'if-range': first })).status).toBe(206);
    expect((await ask(`GET ${record}`, undefined, { range: 'bytes=0-0', 'if-range': '"x"' })).status).toBe(200);
    await ask('PUT /v2/key-value-stores/box/records/other', 'a', { 'content-type': 'text/plain' });
    const other = (await ask('GET /v2/key-value-stores/box/records/other')).headers.get('etag');
    await ask('POST /v2/key-value-stores/box/records/other', 'b', { 'content-type': 'text/plain' });
    const changed = await ask('GET /v2/key-value-stores/box/records/other');
    expect([changed.text, changed.headers.get('etag') === other]).toEqual(['b', false]);
  });

  it('of a run is sent whole', async () => {
    const answer = await ask('GET /v2/acts/shop/run-sync', undefined, { range: 'bytes=0-0', 'if-none-match': '*' });
    expect([answer.status, answer.body]).toEqual([201, { a: 1 }]);
  });
});

it('records are downloaded as an archive', async () => {
  const response = await emulator.fetch(new Request('http://localhost/v2/key-value-stores/box/records?prefix=te'));
  expect([response.status, response.headers.get('content-type'), response.headers.get('content-disposition')]).toEqual([
    200,
    'application/zip',
    'attachment; filename="box.zip"',
  ]);
  expect(await namesIn(Buffer.from(await response.arrayBuffer()))).toEqual([['text', '0123456789']]);
  expect((await ask('POST /v2/acts/shop/runs?waitForFinish=60')).status).toBe(201);
  const ofRun = await emulator.fetch(new Request('http://localhost/v2/acts/shop/runs/last/key-value-store/records'));
  expect(await namesIn(Buffer.from(await ofRun.arrayBuffer()))).toEqual([['OUTPUT', '{"a":1}']]);
});

it('limits and usage have the shapes of the API', async () => {
  await ask('POST /v2/acts/shop/runs?waitForFinish=60');
  const limits = (await ask('GET /v2/users/me/limits')).body.data;
  const usage = (await ask('GET /v2/users/me/usage/monthly')).body.data;
  const before = (await ask('GET /v2/users/me/usage/monthly?date=2020-02-10')).body.data;
  expect([violations('AccountLimits', limits), violations('MonthlyUsage', usage)]).toEqual([[], []]);
  expect(limits).toMatchObject({ limits: { maxConcurrentActorJobs: 8 }, current: { actorCount: 1, actorTaskCount: 1 } });
  expect(usage.dailyServiceUsages.length).toBeGreaterThan(0);
  expect([before.usageCycle, before.dailyServiceUsages]).toEqual([
    { startAt: '2020-02-01T00:00:00.000Z', endAt: '2020-02-29T23:59:59.999Z' },
    [],
  ]);
});

describe('rate limits', () => {
  it('are in every response, and are kept if they are configured', async () => {
    expect((await ask('GET /v2/datasets')).headers.get('x-ratelimit-limit')).toBe('60');
    const { ask: askLimited } = await emulated({ rateLimit: 0 });
    const refused = await askLimited('GET /v2/datasets');
    expect([refused.status, refused.headers.get('retry-after'), refused.headers.get('x-ratelimit-limit')]).toEqual([
      429,
      '1',
      '0',
    ]);
    expect(refused.body.error.type).toBe('rate-limit-exceeded');
  });

  it('count the requests of a second to one resource', () => {
    let now = 0;
    const { take } = rateLimiter(2, () => now);
    const path = '/v2/datasets/a';
    expect([take(path), take(`${path}/items`), take(path), take('/v2/datasets/b')]).toEqual([undefined, undefined, 1, undefined]);
    now = 750;
    expect(take(path)).toBe(0.25);
    now = 1000;
    expect([take(path), take(path), take(path)]).toEqual([undefined, undefined, 1]);
  });
});

describe('generalAccess', () => {
  it.each(['datasets', 'key-value-stores', 'request-queues'])('of %s is kept and honoured', async (kind) => {
    const { ask: askGuarded } = await emulated({ token: 'right' });
    const right = { authorization: 'Bearer right' };
    const { id } = (await askGuarded(`POST /v2/${kind}?name=box`, undefined, right)).body.data;
    const statuses = async () => {
      const asked = [`GET /v2/${kind}/${id}`, `GET /v2/${kind}/box`, `GET /v2/${kind}/emulator~box`, `DELETE /v2/${kind}/${id}`];
      return Promise.all(asked.map(async (line) => (await askGuarded(line)).status));
    };
    const rows = [
      ['FOLLOW_USER_SETTING', [401, 401, 401, 401]],
      ['ANYONE_WITH_ID_CAN_READ', [200, 401, 401, 401]],
      ['ANYONE_WITH_NAME_CAN_READ', [200, 200, 200, 401]],
      ['RESTRICTED', [401, 401, 401, 401]],
    ] as const;
    for (const [generalAccess, expected] of rows) {
      const changed = await askGuarded(`PUT /v2/${kind}/${id}`, { generalAccess }, right);
      expect([changed.body.data.generalAccess, await statuses()]).toEqual([generalAccess, expected]);
    }
    expect((await askGuarded(`PUT /v2/${kind}/${id}`, { generalAccess: 'ALL' }, right)).body.error.message).toMatch(
      /generalAccess: got "ALL", expected one of FOLLOW_USER_SETTING/,
    );
    await askGuarded(`PUT /v2/${kind}/${id}`, { generalAccess: 'ANYONE_WITH_NAME_CAN_READ' }, right);
    // A guest must not be able to sign URLs that work when nothing is shared any more.
    const seen = [`GET /v2/${kind}/box`, ...(kind === 'key-value-stores' ? [`GET /v2/${kind}/box/keys`] : [])];
    await askGuarded('PUT /v2/key-value-stores/box/records/a', { a: 1 }, right);
    for (const line of seen) {
      const [own, guest] = [await askGuarded(line, undefined, right), await askGuarded(line)];
      expect(JSON.stringify(own.body).includes('sign')).toBe(kind !== 'request-queues');
      expect(JSON.stringify(guest.body)).not.toMatch(/sign/i);
    }
    // A wrong token is not taken for none.
    expect((await askGuarded(`GET /v2/${kind}/box`, undefined, { authorization: 'Bearer wrong' })).status).toBe(401);
  });
});

/** Names and texts of the files in an archive, as another program reads it. */
async function namesIn(bytes: Buffer): Promise<readonly (readonly [name: string, text: string])[]> {
  const { fromBuffer } = await import('yauzl');
  return new Promise((resolve, reject) => {
    fromBuffer(bytes, { lazyEntries: true }, (error, archive) => {
      if (error) return reject(error);
      const found: [string, string][] = [];
      archive.on('entry', ({ fileName }: { fileName: string }) => found.push([fileName, '']));
      archive.on('entry', (entry) => {
        archive.openReadStream(entry, (failed, stream) => {
          if (failed) return reject(failed);
          const last = found.at(-1) as [string, string];
          stream.on('data', (chunk: Buffer) => {
            last[1] += chunk.toString();
          });
          stream.on('end', () => archive.readEntry());
        });
      });
      archive.on('end', () => resolve(found));
      archive.readEntry();
    });
  });
}
