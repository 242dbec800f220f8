import { expect, it } from 'vitest';
import { createPause, type Pause } from './pause.js';

/** Works for some milliseconds at a time, and notes the name of the stream each time. */
async function stream(name: string, pause: Pause, turns: string[][], steps: number): Promise<void> {
  for (let step = 0; step < steps; step++) {
    const until = performance.now() + 2;
    while (performance.now() < until);
    turns.at(-1)?.push(name);
    await pause();
  }
}

it('waiting streams continue one per turn, in order, and all of them end', async () => {
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
  // What the first one does before its first call is not known.
  expect(first).toEqual([...names, 'a']);
  expect(later.flat().join('')).toBe(`bcd${'abcd'.repeat(3)}`);
  for (const turn of later) expect(turn).toHaveLength(1);
});

it('does not count time in which nothing called it', async () => {
  const pause = createPause(20);
  const idle = async (): Promise<boolean> => {
    await new Promise((resolve) => setTimeout(resolve, 25));
    return pause() === undefined;
  };
  // On a busy machine a single call can take so long.
  const calls: boolean[] = [];
  while (calls.length < 20 && !calls.includes(true)) calls.push(await idle());
  expect(calls).toContain(true);
});

it('does not pause before the time is over', () => {
  const pause = createPause(1e9);
  expect([pause(), pause()]).toEqual([undefined, undefined]);
});
