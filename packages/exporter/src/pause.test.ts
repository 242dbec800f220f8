import { expect, it } from 'vitest';
import { createPause, type Pause } from './pause.js';

/** Work of some milliseconds, a stream's name noted each time. */
async function stream(name: string, pause: Pause, turns: string[][], steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    const until = performance.now() + 2;
    while (performance.now() < until);
    turns.at(-1)?.push(name);
    await pause();
  }
}

it('streams that wait go on one in each turn, in order, and all end', async () => {
  const pause = createPause(1);
  const turns: string[][] = [[]];
  const names = ['a', 'b', 'c', 'd'];
  let counting = true;
  const count = (): void => {
    turns.push([]);
    if (counting) setImmediate(count);
  };
  setImmediate(count);
  await Promise.all(names.map((name) => stream(name, pause, turns, 5)));
  counting = false;
  const [first = [], ...later] = turns.filter((turn) => turn.length > 0);
  expect(first).toEqual(names);
  expect(later.flat().join('')).toBe('abcd'.repeat(4));
  for (const turn of later) expect(turn).toHaveLength(1);
});

it('asks for no pause before its time', () => {
  const pause = createPause(10_000);
  expect([pause(), pause()]).toEqual([undefined, undefined]);
});
