import { describe, expect, it } from 'vitest';
import { atLeast, checkKinds, oneOfValues, optionKinds } from './options.js';

const kinds = { ...optionKinds, number: atLeast(2), word: oneOfValues('a', 'b') };

/** Values that fit, and others with the refusal: what came, and what was expected. */
const rows: readonly [name: keyof typeof kinds, fitting: readonly unknown[], others: readonly [unknown, string][]][] = [
  ['boolean', [true, false, undefined], [['true', '"true", expected true or false']]],
  ['function', [() => 1], [[{}, '"an object", expected a function']]],
  [
    'object',
    [{}, { a: 1 }],
    [
      [[], '"a list", expected an object'],
      [null, '"null", expected an object'],
    ],
  ],
  [
    'text',
    ['', 'a'],
    [
      [1, '"1", expected text'],
      [() => 1, '"a function", expected text'],
    ],
  ],
  [
    'names',
    [[], ['a', 'b']],
    [
      ['a', '"a", expected a list of names'],
      [['a', 1], '"a list", expected a list of names'],
    ],
  ],
  [
    'labels',
    [{}, { a: 'b' }],
    [
      [{ a: 1 }, '"an object", expected an object of texts by name'],
      [['a'], '"a list", expected an object'],
    ],
  ],
  [
    'signal',
    [AbortSignal.abort()],
    [
      [{}, '"an object", expected an AbortSignal'],
      [null, '"null", expected an AbortSignal'],
      ['', '"", expected an'],
    ],
  ],
  [
    'number',
    [2, 3],
    [
      [1, '"1", expected a whole number, 2 or more'],
      [2.5, '"2.5", expected'],
      ['3', '"3", expected'],
    ],
  ],
  ['word', ['a', 'b'], [['c', '"c", expected one of a, b']]],
];

describe.each(rows)('an option of the kind %s', (name, fitting, others) => {
  it('fits', () => {
    for (const value of fitting) expect(() => checkKinds(kinds, { [name]: value })).not.toThrow();
  });

  it.each(others)('is refused: %j', (value, refusal) => {
    expect(() => checkKinds(kinds, { [name]: value })).toThrow(`${name}: got ${refusal}`);
  });
});

it('an unknown option is refused with the nearest known one', () => {
  expect(() => checkKinds(kinds, { txet: '' })).toThrow('did you mean `text`?');
});
