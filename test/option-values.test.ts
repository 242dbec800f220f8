import { exportItems, itemsSource } from 'dataset-items';
import { describe, expect, it } from 'vitest';

const items = [
  { id: 1, name: 'Oak table', price: { amount: 10.5 } },
  { id: 2, tags: [] },
];

async function textOf(...[from, request, settings]: Parameters<typeof exportItems>): Promise<string> {
  const { bytes } = await exportItems(from, request, settings);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

it('unknown options are refused; unknown parameters are ignored in text and in objects, and refused with strict', async () => {
  await expect(exportItems(items, '', { bigInt: 'text' } as object)).rejects.toThrow(
    'bigInt: got "\\"text\\"", expected a parameter that exists; did you mean `bigint`?',
  );
  const odd = { feilds: 'id' } as object;
  expect(await textOf(items, odd)).toBe(await textOf(items, 'feilds=id'));
  for (const request of [odd, 'feilds=id']) {
    await expect(textOf(items, request, { strict: true })).rejects.toThrow('did you mean `fields`?');
  }
});

describe('values of another kind', () => {
  it.each([
    [{ withoutColumns: 'empty' }, 'withoutColumns: got "empty", expected one of refuse, write'],
    [{ bigint: 'x' }, 'bigint: got "x", expected one of refuse, text'],
    [{ maxRecords: 'x' }, 'maxRecords: got "x", expected a whole number, 0 or more'],
    [{ spoolBudget: '1' }, 'spoolBudget: got "1", expected a number, 0 or more'],
    [{ map: 1 }, 'map: got "1", expected a function'],
    [{ pause: 4 }, 'pause: got "4", expected a function'],
    [{ batchSize: 0 }, 'batchSize: got "0", expected a whole number, 1 or more'],
    [{ trusted: 'yes' }, 'trusted: got "yes", expected true or false'],
    [{ formats: { pdf: 1 } }, 'formats/pdf: got "1", expected a format'],
  ])('the option %j is refused, and the source is closed', async (options, message) => {
    let closed = 0;
    const source = { ...itemsSource(items), close: () => void closed++ };
    await expect(exportItems(source, '', options as object)).rejects.toThrow(message);
    expect(closed).toBe(1);
  });

  it.each([null, 5, true])('the request %j is refused', async (request) => {
    await expect(exportItems(items, request as unknown as string)).rejects.toThrow(`request: got "${request}", expected a query`);
  });

  it('a parameter that only code may set is unknown in text, and is not suggested', async () => {
    await expect(textOf(items, 'columns=id', { strict: true })).rejects.toThrow(
      /^columns: got "id", expected a parameter that exists(?!.*`columns`)/,
    );
  });

  it.each([
    ['filter', { filter: async () => false }, 'filter: got a promise, expected true or false'],
    ['map', { map: async () => ({}) }, 'expected an object, got a promise'],
    ['cell', { cell: () => ({}) }, 'cell: got a value of type object, expected text, a number'],
    ['cell', { cell: () => 1n }, 'cell: got a value of type bigint, expected text, a number'],
  ])('a result of %s', async (_, shaping, message) => {
    await expect(textOf(items, 'format=csv', shaping as object)).rejects.toThrow(message);
  });

  it('a cell of an invalid date is empty, as in an item', async () => {
    const settings = { cell: () => new Date(Number.NaN), defaults: { bom: false } };
    expect(await textOf([{ a: 1, b: 2 }], 'format=csv', settings)).toBe('"a","b"\r\n,\r\n');
  });
});
