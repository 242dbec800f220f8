import { getEventListeners } from 'node:events';
import { expect, it, vi } from 'vitest';
import { either } from './either.js';

it.each([
  ['the time limit', 1, undefined],
  ['a signal', Number.POSITIVE_INFINITY, AbortSignal.timeout(1)],
  ['a signal that has fired', Number.POSITIVE_INFINITY, AbortSignal.abort()],
])('those who have waited until %s leave nothing on the work and on the signal', async (_, milliseconds, signal) => {
  const work = new Promise<void>(() => {});
  const then = vi.spyOn(work, 'then');
  for (let times = 0; times < 3; times++) await either(work, milliseconds, signal);
  expect(then).toHaveBeenCalledTimes(1);
  if (signal !== undefined) expect(getEventListeners(signal, 'abort')).toEqual([]);
});

it('all who wait for the end of the work are told, also those who come after it', async () => {
  let end = (): void => {};
  const work = new Promise<void>((resolve) => {
    end = resolve;
  });
  const { signal } = new AbortController();
  const all = Array.from({ length: 3 }, () => either(work, Number.POSITIVE_INFINITY, signal));
  end();
  await Promise.all(all);
  await either(work, Number.POSITIVE_INFINITY, signal);
  expect(getEventListeners(signal, 'abort')).toEqual([]);
});
