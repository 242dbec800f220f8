import { Readable } from 'node:stream';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { type Items, itemsSource } from './memory.js';
import { itemsOf } from './testing/scratch.js';
import { wholeWindow } from './window.js';

const numbers = Array.from({ length: 20 }, (_, n) => ({ n }));

async function* later(items: readonly object[]): AsyncGenerator<object> {
  yield* items;
}

function* soon(items: readonly object[]): Generator<object> {
  yield* items;
}

describe('A stream that is read elsewhere, or was read', () => {
  const cases: readonly (readonly [string, () => Items | Promise<Items>, string])[] = [
    ['a readable that was walked', () => walked(Readable.from(numbers)), 'was read already'],
    ['a readable that was peeked at', () => peeked(Readable.from(numbers)), 'was read already'],
    ['a stream that was walked', () => walked(ReadableStream.from(numbers)), 'was read already'],
    ['a stream that was cancelled', () => cancelled(ReadableStream.from(numbers)), 'was read already'],
    ['a stream that is locked', () => locked(ReadableStream.from(numbers)), 'is locked: something else reads this stream'],
  ];
  it.each(cases)('%s', async (_, make, reason) => {
    const failure = await itemsOf(itemsSource(await make())).catch((error: unknown) => error);
    expect(failure).toBeInstanceOf(UnreadableSourceError);
    expect((failure as Error).message).toBe(`items: ${reason}${reason.startsWith('was') ? ', and can be read only once' : ''}`);
  });

  it('the same generator under two sources', async () => {
    const items = soon(numbers);
    expect(await itemsOf(itemsSource(items))).toEqual(numbers);
    await expect(itemsOf(itemsSource(items))).rejects.toThrow('was read already');
  });

  async function walked<T extends Readable | ReadableStream<object>>(stream: T): Promise<T> {
    for await (const _ of stream as AsyncIterable<object>);
    return stream;
  }
  async function peeked(stream: Readable): Promise<Readable> {
    await new Promise((resolve) => stream.once('readable', resolve));
    stream.read();
    return stream;
  }
  async function cancelled(stream: ReadableStream<object>): Promise<ReadableStream<object>> {
    await stream.cancel();
    return stream;
  }
  function locked(stream: ReadableStream<object>): ReadableStream<object> {
    stream.getReader();
    return stream;
  }
});

describe('An iterator is requested once per walk', () => {
  const counted = (name: 'asyncIterator' | 'iterator', make: () => object): { items: Items; asked: () => number } => {
    let asked = 0;
    const items = {
      [Symbol[name]]: () => {
        asked++;
        return make();
      },
    };
    return { items: items as unknown as Items, asked: () => asked };
  };
  it.each([
    ['iterator' as const, () => soon(numbers)],
    ['asyncIterator' as const, () => later(numbers)],
  ])('%s', async (name, make) => {
    for (const desc of [false, true]) {
      const { items, asked } = counted(name, make);
      const source = itemsSource(items);
      expect(asked()).toBe(0);
      await itemsOf(source, { desc });
      await source.close?.();
      expect(asked()).toBe(1);
    }
  });
});

describe('close()', () => {
  const watched = (make: (opened: () => void, left: () => void) => Items) => {
    const count = { opened: 0, left: 0 };
    return {
      count,
      source: itemsSource(
        make(
          () => count.opened++,
          () => count.left++,
        ),
      ),
    };
  };
  const iterators: readonly (readonly [string, Parameters<typeof watched>[0]])[] = [
    ['an iterator', (opened, left) => iteratorOf(opened, left)],
    ['a readable', (opened, left) => readable(opened, left)],
    [
      'a stream of the web',
      (opened, left) =>
        new ReadableStream(
          {
            pull: (it) => {
              opened();
              it.enqueue({ n: 1 });
            },
            cancel: left,
          },
          { highWaterMark: 0 },
        ),
    ],
  ];
  it.each(iterators)('%s: is closed once, after it was read in part or not at all', async (_, make) => {
    for (const read of [true, false]) {
      const { source, count } = watched(make);
      if (read) for await (const _ of source.read({ ...wholeWindow, limit: 1 })) break;
      await source.close?.();
      await source.close?.();
      await new Promise((resolve) => setImmediate(resolve));
      expect([read, count.opened > 0, count.left]).toEqual([read, read, 1]);
      await expect(itemsOf(source)).rejects.toThrow('was read already');
    }
  });

  function iteratorOf(opened: () => void, left: () => void): AsyncIterableIterator<object> {
    const iterator = {
      [Symbol.asyncIterator]: () => iterator,
      next: async () => {
        opened();
        return { done: false as const, value: { n: 1 } };
      },
      return: async () => {
        left();
        return { done: true as const, value: undefined };
      },
    };
    return iterator;
  }
  function readable(opened: () => void, left: () => void): Readable {
    return new Readable({
      objectMode: true,
      read() {
        opened();
        this.push({ n: 1 });
      },
      destroy(error, done) {
        left();
        done(error);
      },
    });
  }

  it('of a stream that somebody else has: it cannot be read when it is free again', async () => {
    const stream = ReadableStream.from(numbers);
    const source = itemsSource(stream);
    const reader = stream.getReader();
    await source.close?.();
    reader.releaseLock();
    await expect(itemsOf(source)).rejects.toThrow('was read already');
  });

  it('a silent readable is destroyed by the signal', async () => {
    const stream = new Readable({ objectMode: true, read() {} });
    const leave = new AbortController();
    const reading = itemsOf(itemsSource(stream), {}, leave.signal);
    setTimeout(() => leave.abort(new Error('enough')), 20);
    await expect(reading).rejects.toThrow('enough');
    expect(stream.destroyed).toBe(true);
  });
});
