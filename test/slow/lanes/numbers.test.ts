import { expect, it } from 'vitest';
import { randomOf } from '../../../packages/kernel/src/testing/random.js';
import { spelledNumber } from '../../../packages/kernel/src/testing/spelled-numbers.js';
import { driver } from '../../../packages/kernel/src/testing/through.js';
import { isChanged, numberProgram, printed, written } from '../../../packages/kernel/src/testing/written-numbers.js';

/** Number of numbers. `SPELLED_NUMBERS` sets more. */
const count = Number(process.env.SPELLED_NUMBERS ?? 2_000_000);
const AT_ONCE = 5000;

it('numbers are written as JavaScript prints them, and counted if it prints other ones', () => {
  const seed = Number(process.env.PROPERTY_SEED ?? Date.now()) | 1;
  const random = randomOf(seed);
  const kernel = driver({ ...numberProgram, numbers: { isChanged } });
  for (let done = 0; done < count; done += AT_ONCE) {
    const numbers = Array.from({ length: AT_ONCE }, () => spelledNumber(random));
    expect(written(numbers, kernel), `seed ${seed}`).toEqual(printed(numbers));
  }
});
