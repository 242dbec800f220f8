import { expect, it } from 'vitest';
import { pauseEvery } from './pause-every.js';

it('calls the pause after each amount of work, and returns its result', async () => {
  let asked = 0;
  const pause = pauseEvery(10, () => Promise.resolve(void asked++));
  const answers = [0, 9, 10, 11, 19, 20, 45, 54, 55].map((done) => [done, pause(done) !== undefined]);
  expect(answers.filter(([, paused]) => paused)).toEqual([10, 20, 45, 55].map((done) => [done, true]));
  await Promise.resolve();
  expect(asked).toBe(4);
});

it('does nothing without a pause', () => {
  expect(pauseEvery(10, undefined)(100)).toBeUndefined();
});
