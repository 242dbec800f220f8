import { expect, it } from 'vitest';
import { argumentsFor, type Path, pathText, valuesAt } from './path.js';

it.each<[path: Path, value: unknown, expected: string[]]>([
  [['title'], 'x', ['fields=title']],
  [['offers'], [1], ['unwind=offers', 'fields=offers']],
  [['seller'], { a: 1 }, ['unwind=seller', 'flatten=seller', 'fields=seller']],
  [['seller', 'name'], 'x', ['flatten=seller&fields=seller.name']],
  [['seller', 'tags'], ['x'], ['unwind=seller.tags', 'flatten=seller&fields=seller.tags']],
  [['offers', 0], { price: 1 }, ['unwind=offers']],
  [['offers', 2, 'price'], 1, ['unwind=offers&fields=price']],
  [['offers', 2, 'at', 'url'], 'x', ['unwind=offers&flatten=at&fields=at.url']],
  [['offers', 2, 'tags'], ['x'], ['unwind=offers,tags', 'unwind=offers&fields=tags']],
  [['offers', 2, 'tags', 1], 'x', ['unwind=offers,tags']],
  [['a,b'], 1, []],
  [['matrix', 0, 1], 1, []],
])('%j', (path, value, expected) => {
  const made = argumentsFor(path, value as never).map(({ search }) => decodeURIComponent(String(search)));
  expect(made).toEqual(expected);
});

it('the text of a path is the name of its column', () => {
  expect(pathText(['offers', 0, 'price'])).toBe('offers/0/price');
});

it('values of a path in another item are those of all elements', () => {
  const item = { offers: [{ price: 1 }, {}, { price: null }, 5] };
  expect(valuesAt(item, ['offers', 0, 'price'])).toEqual([1, null]);
  expect(valuesAt(item, ['offers', 'length'])).toEqual([]);
  expect(valuesAt(item, ['toString'])).toEqual([]);
});
