import type { Scalar } from '@dataset-items/query-pipeline';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { countValues, EXACT_VALUES, type Room, roomForValues } from './values.js';

function counted(values: Iterable<Scalar>, room: Room = roomForValues()) {
  const counter = countValues(room);
  for (const value of values) counter.add(value);
  return counter;
}

/** So many different texts, each once. */
const different = (count: number, from = 0): string[] => Array.from({ length: count }, (_, at) => `value ${from + at}`);

describe('values that are kept', () => {
  it('are counted exactly, the most frequent first; a number is not its text', () => {
    const counter = counted([1, 'b', '1', 'b', true, 1, 'b', 'true']);
    expect(counter.distinct()).toEqual({ count: 5, estimated: false });
    expect(counter.frequent(3)).toEqual([
      { value: 'b', count: 3, atLeast: false },
      { value: 1, count: 2, atLeast: false },
      { value: '1', count: 1, atLeast: false },
    ]);
  });

  it('are so many, and one more is estimated', () => {
    expect(counted(different(EXACT_VALUES)).distinct()).toEqual({ count: EXACT_VALUES, estimated: false });
    expect(counted(different(EXACT_VALUES + 1)).distinct().estimated).toBe(true);
  });

  it('long text is cut where it is shown', () => {
    expect(counted(['x'.repeat(201)]).frequent(1)).toEqual([{ value: `${'x'.repeat(200)}…`, count: 1, atLeast: false }]);
    expect(counted(['x'.repeat(200)]).frequent(1)).toEqual([{ value: 'x'.repeat(200), count: 1, atLeast: false }]);
  });
});

describe('values that are too many', () => {
  it.each([10_001, 20_000, 100_000, 400_000])('%i different ones are estimated within 10 %%', (count) => {
    const { count: estimate } = counted(different(count)).distinct();
    expect(Math.abs(estimate - count) / count).toBeLessThan(0.1);
  });

  it('an estimate does not grow when values are repeated', () => {
    const once = counted(different(20_000)).distinct();
    expect(counted([...different(20_000), ...different(20_000)]).distinct()).toEqual(once);
  });

  it('a frequent one is found among many rare ones, and its count is at most as much too small as counts were lowered', () => {
    const values = different(30_000).flatMap((value, at) => (at % 10 === 0 ? [value, 'often'] : [value]));
    const [first, ...others] = counted(values).frequent(10);
    expect(first).toMatchObject({ value: 'often', atLeast: true });
    expect(first?.count).toBeLessThanOrEqual(3000);
    expect(first?.count).toBeGreaterThan(3000 - values.length / 200);
    expect(others).toEqual([]);
  });

  it('long text is not kept', () => {
    const long = 'y'.repeat(1001);
    const counter = counted([...Array<string>(5000).fill(long), ...different(EXACT_VALUES), ...Array<string>(5000).fill(long)]);
    expect(counter.frequent(10)).toEqual([]);
    expect(counter.distinct().estimated).toBe(true);
  });
});

describe('the room of values', () => {
  it('is shared, and given back', () => {
    const room: Room = { values: 5, units: 1000 };
    const one = counted(['a', 'b', 'c'], room);
    const other = counted(['a', 'b', 'c'], room);
    expect([one.distinct().estimated, other.distinct().estimated]).toEqual([false, true]);
    one.free();
    other.free();
    expect(room).toEqual({ values: 5, units: 1000 });
  });

  it('is also one of the length of text', () => {
    const room: Room = { values: 100, units: 10 };
    expect(counted(['12345', '67890', '1'], room).distinct()).toEqual({ count: 3, estimated: true });
    expect(counted(['12345', '67890', '12345'], { values: 100, units: 10 }).distinct().estimated).toBe(false);
  });

  it('counts are never too large, and at most as much too small as they say', () => {
    const value = fc.oneof(fc.integer({ min: 0, max: 9 }), fc.constantFrom('a', 'b', 'long text'), fc.boolean());
    fc.assert(
      fc.property(fc.array(value, { maxLength: 60 }), fc.nat(8), fc.nat(20), (values, most, units) => {
        const counter = counted(values, { values: most, units });
        for (const { value: one, count, atLeast } of counter.frequent(20)) {
          const real = values.filter((other) => other === one).length;
          expect(atLeast ? count <= real : count === real).toBe(true);
        }
        const { count, estimated } = counter.distinct();
        if (!estimated) expect(count).toBe(new Set(values).size);
        expect(Math.abs(count - new Set(values).size)).toBeLessThanOrEqual(1);
      }),
    );
  });
});
