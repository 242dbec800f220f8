import { describe, expect, it } from 'vitest';
import { inOnePiece } from './body.js';

const bytes = (...values: number[]): Uint8Array => Uint8Array.from(values);

/** What a reader of the body gets: the bytes at once, or chunk by chunk, and how they end. */
async function readAll(chunks: AsyncIterator<Uint8Array>): Promise<readonly unknown[]> {
  const body = await inOnePiece(chunks);
  if (body instanceof Uint8Array) return ['at once', [...body]];
  const read: unknown[] = [];
  try {
    for (let next = await body.next(); !next.done; next = await body.next()) read.push([...next.value]);
    return [...read, 'end'];
  } catch (error) {
    return [...read, (error as Error).message];
  }
}

describe('a body in one piece', () => {
  it.each<[string, () => AsyncGenerator<Uint8Array>, readonly unknown[]]>([
    ['without a chunk', async function* () {}, ['at once', []]],
    [
      'of one chunk',
      async function* () {
        yield bytes(1, 2);
      },
      ['at once', [1, 2]],
    ],
    [
      'of one chunk whose end comes later',
      async function* () {
        yield bytes(1);
        for (let turn = 0; turn < 3; turn++) await new Promise(setImmediate);
      },
      [[1], 'end'],
    ],
    [
      'of more chunks',
      async function* () {
        yield bytes(1);
        yield bytes(2);
        yield bytes(3);
      },
      [[1], [2], [3], 'end'],
    ],
    [
      'that fails behind its first chunk',
      async function* () {
        yield bytes(1);
        throw new Error('torn');
      },
      [[1], 'torn'],
    ],
  ])('%s', async (_, chunks, expected) => {
    expect(await readAll(chunks())).toEqual(expected);
  });

  it('that is abandoned ends its chunks', async () => {
    let ended = false;
    const chunks = (async function* () {
      try {
        yield bytes(1);
        yield bytes(2);
        yield bytes(3);
      } finally {
        ended = true;
      }
    })();
    const body = await inOnePiece(chunks);
    expect(body).not.toBeInstanceOf(Uint8Array);
    await (body as AsyncIterator<Uint8Array>).return?.();
    expect(ended).toBe(true);
  });
});
