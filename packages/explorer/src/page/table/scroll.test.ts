import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { revealed, rowsShown, type Scroll, scrolled, settle, startScroll, TALLEST } from './scroll.js';

const ROW = 32;
const million = 1_000_000 * ROW;

describe('a table that fits into an element', () => {
  const start = startScroll(100 * ROW, 640);

  it('moves as its bar', () => {
    expect(scrolled(start, 100).top).toBe(100);
    expect(settle(scrolled(start, 2000)).bar).toBe(2000);
  });

  it('with fewer rows than the screen does not move', () => {
    expect(startScroll(3 * ROW, 640, 500)).toMatchObject({ top: 0, bar: 0 });
  });
});

describe('a table of a million rows', () => {
  const start = startScroll(million, 640);

  it('has an element that every browser can show', () => {
    expect(start.element).toBe(TALLEST);
  });

  it('moves by px when the bar moves a little, also in the middle', () => {
    const middle = scrolled(start, TALLEST / 2);
    expect(middle.top).toBeCloseTo(million / 2, -4);
    expect(scrolled(middle, middle.bar + 100).top).toBe(middle.top + 100);
    expect(scrolled(middle, middle.bar - 32).top).toBe(middle.top - 32);
  });

  it('shows its first and its last row at the ends of the bar', () => {
    expect(scrolled(start, TALLEST - 640).top).toBe(million - 640);
    expect(rowsShown(scrolled(start, TALLEST - 640), ROW, 0)).toEqual([1_000_000 - 20, 1_000_000]);
    expect(scrolled(scrolled(start, 5_000_000), 0).top).toBe(0);
  });

  it('reaches every row, and the bar is then near its share', () => {
    fc.assert(
      fc.property(fc.integer({ min: 0, max: 999_999 }), (row) => {
        const shown = revealed(start, row, ROW);
        const [first, end] = rowsShown(shown, ROW, 0);
        expect(first <= row && row < end).toBe(true);
        expect(shown.bar / (TALLEST - 640)).toBeCloseTo(shown.top / (million - 640), 6);
      }),
    );
  });

  it('does not move to show a row that is on the screen', () => {
    expect(revealed(start, 3, ROW)).toBe(start);
  });
});

it('never shows rows that are not there, whatever the bar does', () => {
  fc.assert(
    fc.property(
      fc.integer({ min: 0, max: 2_000_000 }),
      fc.array(fc.double({ min: -100, max: 9_000_000, noNaN: true })),
      (rows, bars) => {
        const end = bars.reduce<Scroll>((scroll, bar) => settle(scrolled(scroll, bar)), startScroll(rows * ROW, 640));
        const [first, last] = rowsShown(end, ROW, 6);
        expect(first).toBeGreaterThanOrEqual(0);
        expect(last).toBeLessThanOrEqual(rows);
        expect(last - first).toBeLessThanOrEqual(Math.min(rows, 640 / ROW + 14));
        expect(rows === 0 || last > first).toBe(true);
      },
    ),
  );
});
