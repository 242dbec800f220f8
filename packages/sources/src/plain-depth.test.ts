import { expect, it } from 'vitest';
import { plainDepth } from './plain-depth.js';

/** `inner` inside this number of objects and arrays, in turns. */
function nested(levels: number, inner: unknown): unknown {
  let value = inner;
  for (let level = 0; level < levels; level++) value = level % 2 === 0 ? { a: value, b: 1 } : ['x', value];
  return value;
}

const levels = [0, 1, 2, 3, 50, 99, 100, 101, 102, 103, 150, 1000];

it.each(levels)('inside %i levels: found near the top and below the limit of recursion', (around) => {
  const depth = Math.max(around, 1);
  for (const scalar of [1, 'a', true, null]) expect(plainDepth(nested(around, scalar), 5000)).toBe(depth);
  for (const empty of [{}, []]) expect(plainDepth(nested(around, empty), 5000)).toBe(around + 1);
  for (const alien of [undefined, Number.NaN, new Date(0), 1n, () => 1, Object.assign([], { toJSON: 1 })]) {
    expect(plainDepth(nested(around, alien), 5000)).toBe(0);
  }
});

it.each(levels.slice(1))('%i levels around: more than enough is enough', (around) => {
  expect(plainDepth(nested(around, {}), around - 1)).toBeGreaterThan(around - 1);
  expect(plainDepth(nested(around, 1), around)).toBe(around);
});
