import { describe, expect, it } from 'vitest';
import { emulated } from '../testing/emulated.js';

const form = { 'content-type': 'application/x-www-form-urlencoded' };

describe('get or create', () => {
  it('is 201 for a new dataset and 200 for an existing one, also with an empty form as the body', async () => {
    const { ask } = await emulated();
    const made = await ask('POST /v2/datasets?name=books', undefined, form);
    const again = await ask('POST /v2/datasets?name=books', '', form);
    expect([made.status, again.status]).toEqual([201, 200]);
    expect(again.body.data.id).toBe(made.body.data.id);
    expect(made.headers.get('location')).toBe(`http://localhost/v2/datasets/${made.body.data.id}`);
  });

  it('creates one dataset if many requests name it at the same time', async () => {
    const { ask } = await emulated();
    const answers = await Promise.all(Array.from({ length: 8 }, () => ask('POST /v2/datasets?name=one')));
    expect(new Set(answers.map(({ body }) => body.data.id)).size).toBe(1);
    expect(answers.map(({ status }) => status).sort()).toEqual([200, 200, 200, 200, 200, 200, 200, 201]);
  });

  it('creates a new dataset each time without a name', async () => {
    const { ask } = await emulated();
    const [one, other] = [await ask('POST /v2/datasets'), await ask('POST /v2/datasets?name=')];
    expect([one.status, other.status, one.body.data.name]).toEqual([201, 201, null]);
    expect(one.body.data.id).not.toBe(other.body.data.id);
  });

  it('keeps the schema and serves its views', async () => {
    const { ask } = await emulated();
    const schema = { views: { prices: { transformation: { fields: ['price'] } } } };
    const { body } = await ask('POST /v2/datasets?name=viewed', { schema, title: 'Viewed' });
    expect(body.data).toMatchObject({ title: 'Viewed', schema });
    await ask('POST /v2/datasets/viewed/items', { name: 'Oak', price: 3 });
    expect((await ask('GET /v2/datasets/viewed/items?view=prices')).body).toEqual([{ price: 3 }]);
    const unknown = await ask('GET /v2/datasets/viewed/items?view=none');
    expect([unknown.status, unknown.body.error.type]).toEqual([400, 'requested-dataset-view-does-not-exist']);
  });

  it.each<[path: string, body: unknown, type: string, message: RegExp]>([
    ['?name=a_b', undefined, 'invalid-parameter', /name: got "a_b", expected letters, digits and hyphens/],
    ['?name=-a', undefined, 'invalid-parameter', /name/],
    [`?name=${'a'.repeat(64)}`, undefined, 'invalid-parameter', /name/],
    ['?name=a&name=b', undefined, 'invalid-parameter', /once/],
    ['', '[]', 'invalid-input', /an array, expected a JSON object/],
    ['', '{', 'invalid-input', /not valid JSON/],
    ['', { schema: [] }, 'invalid-input', /schema: got an array/],
    ['', { schema: { views: 1 } }, 'invalid-input', /views is not an object/],
    ['', { schema: { views: { a: { transformation: { limit: 'x' } } } } }, 'invalid-input', /limit/],
    ['', { schema: { fields: { type: 'thing' } } }, 'invalid-input', /schema.fields: not a JSON Schema/],
    ['', { schema: { fields: { $ref: 'https://example.com/a.json' } } }, 'invalid-input', /schema.fields/],
    ['', { title: 1 }, 'invalid-input', /title: got a number/],
  ])('refuses POST /v2/datasets%s with %j as %s', async (path, body, type, message) => {
    const { emulator, ask } = await emulated();
    const { status, body: answer } = await ask(`POST /v2/datasets${path}`, body);
    expect([status, answer.error.type]).toEqual([400, type]);
    expect(answer.error.message).toMatch(message);
    expect(emulator.datasets.list()).toEqual([]);
  });
});

describe('list', () => {
  it.each<[query: string, names: string[], page: object]>([
    ['', ['a', 'b', 'c'], { total: 3, offset: 0, limit: 1000, desc: false, count: 3, unnamed: false }],
    ['?desc=1', ['c', 'b', 'a'], { desc: true }],
    ['?offset=1&limit=1', ['b'], { total: 3, offset: 1, limit: 1, count: 1 }],
    ['?desc=1&offset=2', ['a'], { count: 1 }],
    ['?unnamed=1', ['a', 'b', '', 'c'], { total: 4, unnamed: true }],
    ['?limit=0', ['a', 'b', 'c'], { limit: 1000 }],
    ['?limit=5000&foo=1', ['a', 'b', 'c'], { limit: 1000 }],
    ['?offset=9', [], { total: 3, offset: 9, count: 0 }],
  ])('%s gives %j', async (query, names, page) => {
    const { ask } = await emulated();
    for (const path of ['?name=a', '?name=b', '', '?name=c']) await ask(`POST /v2/datasets${path}`);
    const { body } = await ask(`GET /v2/datasets${query}`);
    expect(body.data.items.map(({ name }: { name: string }) => name)).toEqual(names);
    expect(body.data).toMatchObject(page);
  });

  it.each(['limit=-1', 'offset=x', 'desc=2', 'unnamed=yes'])('refuses %s', async (query) => {
    const { ask } = await emulated();
    const { status, body } = await ask(`GET /v2/datasets?${query}`);
    expect([status, body.error.type]).toEqual([400, 'invalid-parameter']);
    expect(body.error.message).toContain(query.split('=')[0]);
  });
});

describe('update and delete', () => {
  it('changes name, title and schema, and removes the schema', async () => {
    const { ask } = await emulated();
    const { id } = (await ask('POST /v2/datasets?name=old')).body.data;
    const changed = await ask(`PUT /v2/datasets/old`, {
      name: 'new',
      title: 'New',
      schema: { views: {} },
      generalAccess: 'RESTRICTED',
    });
    expect(changed.body.data).toMatchObject({ id, name: 'new', title: 'New', schema: { views: {} } });
    expect((await ask('GET /v2/datasets/old')).status).toBe(404);
    expect((await ask('PUT /v2/datasets/new', { schema: null })).body.data).toMatchObject({ name: 'new', schema: null });
  });

  it('refuses a name that another dataset has', async () => {
    const { ask } = await emulated();
    for (const name of ['a', 'b']) await ask(`POST /v2/datasets?name=${name}`);
    const { status, body } = await ask('PUT /v2/datasets/b', { name: 'a' });
    expect([status, body.error.type]).toEqual([409, 'name-not-unique']);
    expect((await ask('PUT /v2/datasets/b', { name: null })).status).toBe(400);
  });

  it('deletes once', async () => {
    const { ask } = await emulated();
    await ask('POST /v2/datasets?name=gone');
    const [first, second] = [await ask('DELETE /v2/datasets/gone'), await ask('DELETE /v2/datasets/gone')];
    expect([first.status, first.text, second.status, second.body.error]).toEqual([
      204,
      '',
      404,
      { type: 'record-not-found', message: 'Dataset was not found' },
    ]);
  });
});

it('statistics are of the fields of the items', async () => {
  const { ask } = await emulated();
  await ask('POST /v2/datasets?name=counted');
  await ask('POST /v2/datasets/counted/items', [{ price: 3, name: null }, { price: 5 }]);
  const { body } = await ask('GET /v2/datasets/counted/statistics');
  expect(body.data.fieldStatistics).toMatchObject({
    price: { min: 3, max: 5, nullCount: 0, emptyCount: 0 },
    name: { nullCount: 1 },
  });
});
