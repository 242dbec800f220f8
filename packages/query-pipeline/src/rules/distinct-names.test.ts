import { expect, it } from 'vitest';
import { countNames } from './distinct-names.js';

it('up to a hundred thousand names are distinguished; beyond that the count is a lower bound', () => {
  const names = countNames();
  for (let n = 0; n < 100_000; n++) names.add(`n${n}`);
  const examples = ['n0', 'n1', 'n2', 'n3', 'n4'];
  names.add('n7');
  expect(names.read()).toEqual({ count: 100_000, atLeast: false, examples });
  names.add('another');
  names.add('n7');
  expect(names.read()).toEqual({ count: 100_000, atLeast: true, examples });
});
