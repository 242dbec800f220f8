import type { ApifyClient } from 'apify-client';
import { beforeAll, describe, expect, it } from 'vitest';
import { emulate, products, schema, versions } from './emulated.js';

const { url, emulator } = await emulate();
const { url: guarded } = await emulate({ token: 'right' });

beforeAll(async () => {
  await (await emulator.datasets.create({ name: 'products', schema })).push(products);
  await emulator.datasets.create({ name: 'empty' });
  const fields = { type: 'object', properties: { id: { type: 'integer' } }, required: ['id'] };
  await emulator.datasets.create({ name: 'strict', schema: { ...schema, fields } });
});

interface Row {
  readonly name: string;
  readonly call: (client: ApifyClient) => Promise<unknown>;
  readonly status: number;
  readonly type: string;
  readonly message: RegExp;
}

const tooLarge = { text: 'x'.repeat(9_437_185) };

const refused: readonly Row[] = [
  {
    name: 'items of a dataset that does not exist',
    call: (client) => client.dataset('none').listItems(),
    status: 404,
    type: 'record-not-found',
    message: /Dataset was not found/,
  },
  {
    name: 'a push to a dataset that does not exist',
    call: (client) => client.dataset('none').pushItems({ a: 1 }),
    status: 404,
    type: 'record-not-found',
    message: /Dataset was not found/,
  },
  {
    name: 'a view that the schema does not have',
    call: (client) => client.dataset('products').listItems({ view: 'nope' }),
    status: 400,
    type: 'requested-dataset-view-does-not-exist',
    message: /"nope".*overview/,
  },
  {
    name: 'a delimiter of two characters',
    call: (client) => client.dataset('products').downloadItems('csv' as never, { delimiter: ';;' }),
    status: 400,
    type: 'invalid-parameter',
    message: /delimiter: got ";;", expected/,
  },
  {
    name: 'a table without columns',
    call: (client) => client.dataset('empty').downloadItems('csv' as never),
    status: 400,
    type: 'no-columns-in-exported-dataset',
    message: /no column/,
  },
  {
    name: 'texts that are not objects',
    call: (client) => client.dataset('empty').pushItems(['item1', 'item2']),
    status: 400,
    type: 'invalid-input',
    message: /item 0 .*expected an object/,
  },
  {
    name: 'a text that is not JSON',
    call: (client) => client.dataset('empty').pushItems('{"a":'),
    status: 400,
    type: 'invalid-input',
    message: /./,
  },
  {
    name: 'a name that another dataset has',
    call: (client) => client.dataset('empty').update({ name: 'products' }),
    status: 409,
    type: 'name-not-unique',
    message: /"products"/,
  },
  {
    name: 'an invalid name',
    call: (client) => client.datasets().getOrCreate('a b'),
    status: 400,
    type: 'invalid-parameter',
    message: /name: got "a b", expected letters/,
  },
  {
    name: 'a push of more than 9,437,184 bytes, also where it is small when compressed',
    call: (client) => client.dataset('empty').pushItems(tooLarge),
    status: 413,
    type: 'request-too-large',
    message: /9,?437,?184/,
  },
];

describe.each(versions)('errors with apify-client $version', ({ connect }) => {
  it.each(refused)('$name: one attempt, then an error', async ({ call, status, type, message }) => {
    const client = connect(url);
    const error = await call(client).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({
      name: 'ApifyApiError',
      statusCode: status,
      type,
      attempt: 1,
      message: expect.stringMatching(message),
    });
    expect(client.stats.requests).toBe(1);
  });

  it.each([
    ['get', (client: ApifyClient) => client.dataset('none').get()],
    ['getStatistics', (client: ApifyClient) => client.dataset('none').getStatistics()],
    ['delete', (client: ApifyClient) => client.dataset('none').delete()],
  ])('%s of no dataset: undefined', async (_, call) => {
    expect(await call(connect(url))).toBeUndefined();
  });

  it('items that the schema does not allow: reported by position, none is stored', async () => {
    const dataset = connect(url).dataset('strict');
    const error = await dataset.pushItems([{ id: 1 }, { id: 'x' }, {}]).catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ statusCode: 400, type: 'schema-validation-error' });
    const { invalidItems } = (error as { data: { invalidItems: { itemPosition: number }[] } }).data;
    expect(invalidItems.map(({ itemPosition }) => itemPosition)).toEqual([1, 2]);
    expect((await dataset.listItems()).total).toBe(0);
  });

  it('a wrong token is refused, also from this machine; the right one is accepted', async () => {
    const error = await connect(guarded, 'wrong')
      .datasets()
      .list()
      .catch((thrown: unknown) => thrown);
    expect(error).toMatchObject({ statusCode: 401, type: 'invalid-token', attempt: 1 });
    expect((await connect(guarded, 'right').datasets().list()).total).toBe(0);
  });
});
