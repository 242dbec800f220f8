import { expect, it } from 'vitest';
import { withPauses } from './pauses.js';

/** Elements that come when the test gives them. */
function fed() {
  const given: string[] = [];
  let arrive = (): void => {};
  let isLeft = false;
  let failure: Error | undefined;
  const elements = async function* (): AsyncGenerator<string> {
    try {
      for (;;) {
        const next = given.shift();
        if (next !== undefined) yield next;
        else if (failure !== undefined) throw failure;
        else await new Promise<void>((resolve) => (arrive = resolve));
      }
    } finally {
      isLeft = true;
    }
  };
  const give = (element: string): void => {
    given.push(element);
    arrive();
  };
  const fail = (error: Error): void => {
    failure = error;
    arrive();
  };
  return { elements: elements(), give, fail, isLeft: () => isLeft };
}

/** Longer than a reader waits before it gets a pause. On a slow machine it may still be too short, and then it shows less. */
const aWhile = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 100));

it('gives one pause between two elements if the reader waits, and none before the first', async () => {
  const { elements, give, isLeft } = fed();
  const walk = withPauses(elements, 'pause');
  const first = walk.next();
  await aWhile();
  give('a');
  expect(await first).toEqual({ done: false, value: 'a' });
  expect(await walk.next()).toEqual({ done: false, value: 'pause' });
  const second = walk.next();
  await aWhile();
  give('b');
  expect(await second).toEqual({ done: false, value: 'b' });
  expect(await walk.next()).toEqual({ done: false, value: 'pause' });
  const left = walk.return?.();
  // A generator ends when its pending element has come.
  give('c');
  expect(await left).toEqual({ done: true, value: undefined });
  expect(isLeft()).toBe(true);
});

it('an element that arrives while the reader does not wait is the next one', async () => {
  const { elements, give } = fed();
  const walk = withPauses(elements, 'pause');
  give('a');
  await walk.next();
  await walk.next();
  give('b');
  await aWhile();
  give('c');
  expect([(await walk.next()).value, (await walk.next()).value]).toEqual(['b', 'c']);
});

it('a reader that does not wait gets no pause', async () => {
  const { elements, give } = fed();
  for (const element of ['a', 'b', 'c']) give(element);
  const walk = withPauses(elements, 'pause');
  const got: unknown[] = [];
  for (let count = 0; count < 3; count++) {
    got.push((await walk.next()).value);
    await aWhile();
  }
  expect(got).toEqual(['a', 'b', 'c']);
});

it.each([true, false])('a failure is thrown, after a pause: %s', async (isAfterPause) => {
  const { elements, give, fail } = fed();
  const walk = withPauses(elements, 'pause');
  give('a');
  await walk.next();
  if (isAfterPause) expect((await walk.next()).value).toBe('pause');
  fail(new Error('torn'));
  await expect(walk.next()).rejects.toThrow('torn');
});
