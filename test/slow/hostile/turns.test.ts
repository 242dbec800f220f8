import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gunzipSync, gzipSync } from 'node:zlib';
import { describe, expect, onTestFinished, test, vi } from 'vitest';
import { bytesInFlight } from '../../../packages/emulator/src/bodies-in-flight.js';
import { emulated } from '../../../packages/emulator/src/testing/emulated.js';

// Each look at a clock finds 10 ms gone: every place where work gives way then does, on a fast machine as on a slow one.
const clock = performance.now.bind(performance);
const uptime = process.uptime.bind(process);
let looks = 0;
vi.spyOn(performance, 'now').mockImplementation(() => clock() + 10 * ++looks);
vi.spyOn(process, 'uptime').mockImplementation(() => uptime() + 0.01 * ++looks);

/** Number of turns of the event loop during work. In each of them other requests can be handled. */
async function turnsDuring<T>(work: Promise<T>): Promise<{ turns: number; result: T }> {
  let under = true;
  let turns = 0;
  const count = (async () => {
    while (under) {
      await new Promise(setImmediate);
      turns++;
    }
  })();
  const result = await work.finally(() => {
    under = false;
  });
  await count;
  return { turns, result };
}

const array = (length: number, of: string): string => `[${Array.from({ length }, () => of).join()}]`;

/** Bytes of JSON that are parsed between two turns, and one more for where a piece ends. */
const piece = 64 * 1024 + 1024;

describe('a push lets other requests run', () => {
  test.each<[string, () => string, number]>([
    // Besides parsing: checked 10,000 at a time.
    ['3,000,000 empty objects', () => array(3_000_000, '{}'), 300],
    ['one item of 2,000,000 numbers', () => `{"a":${array(2_000_000, '1')}}`, 0],
    ['one item of 300,000 names', () => `{${Array.from({ length: 300_000 }, (_, n) => `"n${n}":${n}`).join()}}`, 0],
    ['items within items within items', () => array(1000, `{"a":${array(100, `{"b":${array(10, '{"c":1}')}}`)}}`), 0],
  ])('%s', async (_, body, more) => {
    const { ask } = await emulated();
    await ask('POST /v2/datasets?name=box');
    const text = body();
    const { turns, result } = await turnsDuring(ask('POST /v2/datasets/box/items', text));
    expect(result.status).toBe(201);
    expect(turns).toBeGreaterThanOrEqual(Math.floor(text.length / piece) + more);
  });
});

const slowSchemas: Record<string, { readonly fields: object; readonly item: object }> = {
  'an exponential pattern': {
    fields: { properties: { a: { type: 'string', pattern: '^(a+)+$' } } },
    item: { a: `${'a'.repeat(60)}!` },
  },
  'an exponential pattern of names': {
    fields: { patternProperties: { '^(a|a)*$': { type: 'number' } } },
    item: { [`${'a'.repeat(60)}!`]: 1 },
  },
  'a format and an alternative that blow up together': {
    fields: {
      $schema: 'https://json-schema.org/draft/2020-12/schema',
      properties: { a: { pattern: '^(([a-z])+.)+[A-Z]([a-z])+$' } },
    },
    item: { a: 'a'.repeat(60) },
  },
};

describe('a schema that takes forever', () => {
  test.each(Object.keys(slowSchemas))('%s: the push is refused, others are answered meanwhile', async (name) => {
    const { fields, item } = slowSchemas[name] as (typeof slowSchemas)[string];
    const { ask } = await emulated();
    await ask('POST /v2/datasets?name=box');
    expect((await ask('PUT /v2/datasets/box', { schema: { fields } })).status).toBe(200);
    let answered = 0;
    const push = ask('POST /v2/datasets/box/items', [{ a: 'a' }, { a: 'b' }, item]).finally(() => {
      answered = Number.NaN;
    });
    while (!Number.isNaN(answered)) {
      expect((await ask('GET /_emulator/health')).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 20));
      answered++;
    }
    const { status, body } = await push;
    expect([status, body.error.type]).toEqual([400, 'schema-validation-error']);
    expect(body.error.message).toMatch(/^Item 2 .* takes longer than 5 s/);
    expect((await ask('GET /v2/datasets/box')).body.data.itemCount).toBe(0);
  });

  test('the input schema of an actor: the start is refused, others are answered meanwhile', async () => {
    const folder = mkdtempSync(join(tmpdir(), 'dataset-items-turns-'));
    onTestFinished(() => rmSync(folder, { recursive: true, force: true }));
    const word = { title: 'Word', type: 'string', description: 'x', editor: 'textfield', pattern: '^(a+)+$' };
    writeFileSync(
      join(folder, 'INPUT_SCHEMA.json'),
      JSON.stringify({ title: 'x', type: 'object', schemaVersion: 1, properties: { word } }),
    );
    const { ask } = await emulated({ actors: { shop: { run: async () => {}, folder } } });
    let answered = 0;
    const json = { 'content-type': 'application/json' };
    const start = ask('POST /v2/actors/shop/runs', { word: `${'a'.repeat(60)}!` }, json).finally(() => {
      answered = Number.NaN;
    });
    while (!Number.isNaN(answered)) {
      expect((await ask('GET /_emulator/health')).status).toBe(200);
      await new Promise((resolve) => setTimeout(resolve, 20));
      answered++;
    }
    const { status, body } = await start;
    expect([status, body.error.type]).toEqual([400, 'invalid-input']);
    expect(body.error.message).toMatch(/takes longer than 5 s to check/);
    expect((await ask('GET /v2/actor-runs')).body.data.total).toBe(0);
  });

  test('slow items are validated in a thread, and their errors are reported as usual', async () => {
    const { ask } = await emulated();
    await ask('POST /v2/datasets?name=box');
    await ask('PUT /v2/datasets/box', { schema: { fields: { properties: { a: { uniqueItems: true, type: 'array' } } } } });
    const unique = Array.from({ length: 1500 }, (_, n) => ({ n }));
    expect((await ask('POST /v2/datasets/box/items', [{ a: unique }])).status).toBe(201);
    const { status, body } = await ask('POST /v2/datasets/box/items', [{ a: [] }, { a: [...unique, { n: 7 }] }, { a: 1 }]);
    expect(status).toBe(400);
    const told = body.error.data.invalidItems.map(({ itemPosition, validationErrors }) => [
      itemPosition,
      validationErrors.map(({ keyword }) => keyword),
    ]);
    expect(told).toEqual([
      [1, ['uniqueItems']],
      [2, ['type']],
    ]);
  });
});

describe('bodies in flight', () => {
  const large = (size: number): Buffer => Buffer.alloc(size, ' ');

  test('are counted together: beyond the limit there is a 429, and bodies in flight continue', async () => {
    const { ask } = await emulated();
    await ask('POST /v2/key-value-stores?name=box');
    const body = gzipSync(large(90 * 2 ** 20), { level: 1 });
    expect(gunzipSync(body).length).toBe(90 * 2 ** 20);
    const answers = await Promise.all(
      Array.from({ length: 6 }, (_, n) =>
        ask(`PUT /v2/key-value-stores/box/records/r${n}`, new Uint8Array(body), {
          'content-encoding': 'gzip',
          'content-type': 'text/plain',
        }),
      ),
    );
    const statuses = answers.map(({ status }) => status).sort();
    expect([...new Set(statuses)]).toEqual([201, 429]);
    expect(answers.find(({ status }) => status === 429)?.headers.get('retry-after')).toBe('1');
    expect(bytesInFlight()).toBe(0);
    // A refused request is sent again and then succeeds.
    for (const [n, { status }] of answers.entries()) {
      if (status === 429) expect((await ask(`PUT /v2/key-value-stores/box/records/r${n}`, 'again')).status).toBe(201);
    }
  });

  test('the values parsed of them count too', async () => {
    const { ask } = await emulated();
    await ask('POST /v2/datasets?name=box');
    const body = array(3_000_000, '{}');
    const answers = await Promise.all(Array.from({ length: 6 }, () => ask('POST /v2/datasets/box/items', body)));
    expect([...new Set(answers.map(({ status }) => status))].sort()).toEqual([201, 429]);
    expect(bytesInFlight()).toBe(0);
  });

  test.each<[string, string, string | undefined]>([
    ['a body that is not JSON', 'POST /v2/datasets/box/items', '[{]'],
    ['a dataset that does not exist', 'POST /v2/datasets/none/items', '[{}]'],
    ['an overridden method', 'POST /v2/datasets/box?method=PUT', '{"title":"a"}'],
    ['a route without a body', 'GET /v2/datasets', undefined],
    ['a body that is too large', 'POST /v2/datasets/box/items', ' '.repeat(10_000_000)],
  ])('%s leaves nothing counted', async (_, line, body) => {
    const { ask } = await emulated();
    await ask('POST /v2/datasets?name=box');
    await ask(line, body);
    expect(bytesInFlight()).toBe(0);
  });
});
