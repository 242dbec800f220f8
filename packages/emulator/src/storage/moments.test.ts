import { expect, test } from 'vitest';
import { moments } from './moments.js';

test.each([
  ['many in one millisecond', []],
  ['after what is there already, also where the clock was put back', [new Date(Date.now() + 60_000), new Date(0)]],
])('each comes after the one before: %s', (_, past) => {
  const next = moments(past);
  const given = [...past, ...Array.from({ length: 1000 }, next)].map((moment) => moment.getTime());
  const made = given.slice(past.length);
  expect(made).toEqual([...new Set(made)].sort((a, b) => a - b));
  expect(Math.max(...given.slice(0, past.length), 0)).toBeLessThan(made[0] ?? 0);
});
