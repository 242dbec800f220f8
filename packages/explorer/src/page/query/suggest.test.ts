import { expect, it } from 'vitest';
import { suggestionsFor } from './suggest.js';

const items = [
  { title: 'a', offers: [{ price: 1 }], seller: { name: 'x', tags: ['t'] } },
  { title: 'b', offers: null, 'with,comma': {}, ['__proto__']: 1 },
];
const named = (parameter: string) => suggestionsFor(parameter, items).map(({ name }) => name);

it('arrays and objects can be unwound, objects flattened, everything listed', () => {
  expect(named('unwind')).toEqual(['offers', 'seller', 'seller.tags']);
  expect(named('flatten')).toEqual(['seller']);
  expect(named('omit')).toEqual(['title', 'offers', 'seller', 'seller.name', 'seller.tags', '__proto__']);
});

it('a suggestion says where it comes from', () => {
  expect(suggestionsFor('unwind', items)[0]).toEqual({ name: 'offers', note: 'array in 1 of 2 items' });
});
