import { expect, it } from 'vitest';
import { replacementTally } from './replacements.js';

it('a report counts every value and each name once, and gives the beginnings of the first five', () => {
  const tally = replacementTally();
  expect(tally.read()).toEqual({});
  const long = 'x'.repeat(61);
  for (const value of ['a', 'a', long, 'c', 'd', 'e']) tally.value('replacedCharacters', value);
  for (const name of ['n1', 'n1', 'n2', 'n3', 'n4', 'n5', 'n6', long]) tally.name('changedNames', name);
  tally.value('truncatedCells', 'one');
  expect(tally.read()).toEqual({
    replacedCharacters: { count: 6, atLeast: false, examples: ['a', 'a', 'x'.repeat(60), 'c', 'd'] },
    changedNames: { count: 7, atLeast: false, examples: ['n1', 'n2', 'n3', 'n4', 'n5'] },
    truncatedCells: { count: 1, atLeast: false, examples: ['one'] },
  });
});
