import { expect, it } from 'vitest';
import { viewsOf } from './dataset.js';
import { isOneToOne, itemOfRecord, storedIndex } from './item-of-row.js';

it('the item of a record is found by the numbers of records before it', async () => {
  const records = [2, 0, 0, 3, 1, 0, 4];
  const recordsOf = async (count: number) => records.slice(0, count).reduce((sum, each) => sum + each, 0);
  const items = await Promise.all(Array.from({ length: 10 }, (_, at) => itemOfRecord(at, records.length, recordsOf)));
  expect(items).toEqual([0, 0, 3, 3, 3, 4, 6, 6, 6, 6]);
});

it('a query without parameters that drop or multiply gives one record per item', () => {
  expect(isOneToOne(new URLSearchParams('fields=a&omit=b&desc=1&limit=5'))).toBe(true);
  expect(['unwind=a', 'skipEmpty=1', 'clean=1', 'view=v'].map((query) => isOneToOne(new URLSearchParams(query)))).toEqual([
    ...[false, false, false, false],
  ]);
});

it('the number of a stored item does not depend on the order', () => {
  expect(storedIndex(3, { offset: 10, desc: false, total: 100 })).toBe(13);
  expect(storedIndex(3, { offset: 10, desc: true, total: 100 })).toBe(86);
});

it('views of a schema are tabs with their display', () => {
  const schema = {
    views: {
      overview: {
        title: 'Overview',
        transformation: { fields: ['a'] },
        display: { component: 'table', properties: { a: { label: 'A', format: 'date' }, b: { format: 'odd' } } },
      },
      broken: 5,
    },
  };
  expect(viewsOf(schema)).toEqual([
    {
      name: 'overview',
      title: 'Overview',
      description: '',
      transformation: { fields: ['a'] },
      display: { a: { label: 'A', format: 'date' }, b: { label: undefined, format: undefined } },
    },
    { name: 'broken', title: 'broken', description: '', transformation: {}, display: {} },
  ]);
  expect([viewsOf(null), viewsOf({ views: [] }), viewsOf('x')]).toEqual([[], [], []]);
});
