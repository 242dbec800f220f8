import fc from 'fast-check';
import { expect, it } from 'vitest';
import { type Histogram, histogram } from './histogram.js';

function of(numbers: readonly number[]): Histogram | undefined {
  const made = histogram();
  for (const number of numbers) made.add(number);
  return made.read();
}

it.each<[name: string, numbers: number[], expected: Histogram | undefined]>([
  ['nothing', [], undefined],
  ['one number', [7], { min: 7, max: 7, from: 7, width: 0, counts: [1] }],
  ['equal numbers', [7, 7, 7], { min: 7, max: 7, from: 7, width: 0, counts: [3] }],
  ['two numbers', [0, 31], { min: 0, max: 31, from: 0, width: 1, counts: [1, ...Array(30).fill(0), 1] }],
  ['one more makes bins wider', [0, 31, 32], { min: 0, max: 32, from: 0, width: 2, counts: [1, ...Array(14).fill(0), 1, 1] }],
  [
    'the smallest and the largest number there are',
    [-Number.MAX_VALUE, Number.MAX_VALUE],
    {
      ...{ min: -Number.MAX_VALUE, max: Number.MAX_VALUE, from: -Number.MAX_VALUE, width: 2 ** 1020 },
      counts: [1, ...Array(30).fill(0), 1],
    },
  ],
  ['below zero', [-3, 28], { min: -3, max: 28, from: -3, width: 1, counts: [1, ...Array(30).fill(0), 1] }],
])('%s', (_, numbers, expected) => {
  expect(of(numbers)).toEqual(expected);
});

const number = fc.oneof(
  fc.integer({ min: -40, max: 40 }),
  fc.integer(),
  fc.double({ noNaN: true, min: -1e307, max: 1e307 }),
  fc.constantFrom(-Number.MIN_VALUE, 1e307, -1e307, Number.MIN_VALUE, 0, 1e300, 1e300 * (1 + Number.EPSILON)),
);

it('counts each number in its bin, whatever the order, in few bins', () => {
  fc.assert(
    fc.property(fc.array(number, { minLength: 1, maxLength: 30 }), (drawn) => {
      const numbers = drawn.map((one) => one + 0);
      const made = of(drawn) as Histogram;
      const { min, max, from, width, counts } = made;
      expect([min, max]).toEqual([Math.min(...numbers), Math.max(...numbers)]);
      expect(counts.length).toBeLessThanOrEqual(32);
      expect([counts[0], counts.at(-1)].every((count) => Number(count) > 0)).toBe(true);
      const expected = counts.map(() => 0);
      for (const one of numbers) {
        const at = width === 0 ? 0 : Math.floor(one / width) - from / width;
        // A quotient can be too small for a number.
        const bin = one < 0 && one / width === 0 ? at - 1 : at;
        expected[bin] = Number(expected[bin]) + 1;
      }
      expect(counts).toEqual(expected);
      expect(of(numbers.toReversed())).toEqual(made);
    }),
  );
});
