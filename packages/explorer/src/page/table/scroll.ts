/**
 * Rows by the position of a scroll bar. Browsers limit the height of an element (Firefox to 17.9 million px), so a taller table has a bar
 * that stands for more than its own height: a small movement moves the rows by the same px, a large one to the same share of the table.
 */
export interface Scroll {
  /** Height of all rows in px. */
  readonly rows: number;
  /** Height of the element that the bar moves along, in px. */
  readonly element: number;
  /** Height of what is visible of the rows, in px. */
  readonly visible: number;
  /** Px of rows above the visible ones. */
  readonly top: number;
  /** Position of the bar in px. */
  readonly bar: number;
}

export const TALLEST = 8_000_000;

export function startScroll(rows: number, visible: number, top = 0): Scroll {
  return settle({ rows, element: Math.min(rows, TALLEST), visible, top: within(top, rows - visible), bar: 0 });
}

/** After the bar has moved. */
export function scrolled(scroll: Scroll, bar: number): Scroll {
  const moved = bar - scroll.bar;
  const [most, range] = [scroll.rows - scroll.visible, scroll.element - scroll.visible];
  if (bar <= 0) return { ...scroll, bar, top: 0 };
  if (bar >= range) return { ...scroll, bar, top: Math.max(0, most) };
  const top = Math.abs(moved) < scroll.visible * 2 ? scroll.top + moved : (bar / range) * most;
  return { ...scroll, bar, top: within(top, most) };
}

/** With the bar at the share of the table that is visible. It is set there when the bar rests. */
export function settle(scroll: Scroll): Scroll {
  const [most, range] = [scroll.rows - scroll.visible, scroll.element - scroll.visible];
  return { ...scroll, bar: most <= 0 ? 0 : Math.round((scroll.top / most) * range) };
}

/** So that a row is visible, with as little movement as possible. */
export function revealed(scroll: Scroll, row: number, height: number): Scroll {
  const [start, end] = [row * height, (row + 1) * height];
  const top = start < scroll.top ? start : end > scroll.top + scroll.visible ? end - scroll.visible : scroll.top;
  return top === scroll.top ? scroll : settle({ ...scroll, top: within(top, scroll.rows - scroll.visible) });
}

/** The rows to show, with some more before and after. The end is not part of it. */
export function rowsShown({ top, visible, rows }: Scroll, height: number, more: number): readonly [start: number, end: number] {
  const start = Math.max(0, Math.floor(top / height) - more);
  return [start, Math.min(Math.ceil(rows / height), Math.ceil((top + visible) / height) + more)];
}

function within(top: number, most: number): number {
  return Math.max(0, Math.min(top, most));
}
