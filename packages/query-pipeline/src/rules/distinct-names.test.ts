import { expect, it } from 'vitest';
import { countNames, type KeptNames } from './distinct-names.js';

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

const kept = (names: string[], atLeast = false): KeptNames => ({ names, atLeast });

it.each<[string, KeptNames, KeptNames, KeptNames]>([
  ['each name once', kept(['a', 'b']), kept(['b', 'c']), kept(['a', 'b', 'c'])],
  ['none', kept([]), kept([]), kept([])],
  ['a lower bound that is learned', kept(['a']), kept(['a'], true), kept(['a'], true)],
  ['a lower bound of its own', kept(['a'], true), kept(['b']), kept(['a', 'b'], true)],
])('a counter learns the names of another one: %s', (_, own, other, both) => {
  const names = countNames(own);
  names.learn(countNames(other).kept());
  expect(names.kept()).toEqual(both);
  expect(names.read()).toEqual({ count: both.names.length, atLeast: both.atLeast, examples: both.names });
});
