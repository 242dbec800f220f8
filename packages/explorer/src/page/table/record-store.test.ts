import { expect, it, vi } from 'vitest';
import type { JsonObject } from '../query/suggest.js';
import { recordStore } from './record-store.js';

/** A store over numbered items, and what it has asked for. */
function store(items: number, load = async (offset: number, limit: number): Promise<JsonObject[]> => numbered(offset, limit)) {
  const asked: string[] = [];
  const made = recordStore({
    items,
    size: 10,
    patience: 0,
    onChange: () => {},
    load: (offset, limit, signal) => {
      asked.push(`${offset}+${limit}`);
      signal.addEventListener('abort', () => asked.push(`not ${offset}`));
      return load(offset, limit);
    },
  });
  return { made, asked };
}

function numbered(offset: number, limit: number): JsonObject[] {
  return Array.from({ length: limit }, (_, at) => ({ n: offset + at }));
}

it('loads the pages of the rows that are on the screen, each once', async () => {
  const { made, asked } = store(95);
  await vi.waitFor(() => expect(made.recordAt(3)).toEqual({ n: 3 }));
  made.want(85, 95);
  await vi.waitFor(() => expect(made.recordAt(94)).toEqual({ n: 94 }));
  made.want(0, 5);
  expect(asked).toEqual(['0+10', '80+10', '90+5']);
  expect(made.recordAt(50)).toBeUndefined();
  made.close();
});

it('aborts what is no longer on the screen', async () => {
  const { made, asked } = store(1000, () => new Promise(() => {}));
  made.want(500, 510);
  await vi.waitFor(() => expect(asked).toContain('500+10'));
  expect(asked).toEqual(['0+10', 'not 0', '500+10']);
  made.close();
  expect(asked.at(-1)).toBe('not 500');
});

it('forgets pages that were not on the screen for long, and loads them again', async () => {
  const { made } = store(1000);
  for (let row = 0; row < 600; row += 10) {
    made.want(row, row + 10);
    await vi.waitFor(() => expect(made.recordAt(row)).toBeDefined());
  }
  expect(made.recordAt(0)).toBeUndefined();
  made.want(0, 5);
  await vi.waitFor(() => expect(made.recordAt(0)).toEqual({ n: 0 }));
  made.close();
});

it('an unwound page has as many rows as records', async () => {
  const { made } = store(20, async (offset, limit) => numbered(offset * 2, limit * 2));
  await vi.waitFor(() => expect(made.rows()).toBe(40));
  made.want(20, 40);
  await vi.waitFor(() => expect(made.recordAt(39)).toEqual({ n: 39 }));
  made.close();
});

it('new items are rows at once, and the last page is read again', async () => {
  const { made, asked } = store(15);
  made.want(0, 15);
  await vi.waitFor(() => expect(made.recordAt(14)).toBeDefined());
  made.resize(25, false);
  expect([made.rows(), made.recordAt(14), made.recordAt(9)]).toEqual([25, undefined, { n: 9 }]);
  made.want(0, 25);
  await vi.waitFor(() => expect(made.recordAt(24)).toEqual({ n: 24 }));
  expect(asked).toEqual(['0+10', '10+5', '10+10', '20+5']);
  made.close();
});

it('a failure is kept, and does not repeat itself', async () => {
  const { made, asked } = store(100, async () => Promise.reject(new Error('gone')));
  await vi.waitFor(() => expect(made.error()?.message).toBe('gone'));
  expect(asked).toEqual(['0+10']);
  made.close();
});
