import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { rangedLines, type StoredLines } from './ranged-lines.js';

/** Bytes in memory, which note what is read. */
function stored(
  text: string | Buffer,
  { name = 'in/items.jsonl', size = 3 } = {},
): StoredLines & { readonly reads: [number, number][] } {
  const bytes = Buffer.from(text);
  const reads: [number, number][] = [];
  return {
    ...{ name, version: 'one', size: bytes.length, reads },
    read: async function* (from, to) {
      reads.push([from, to]);
      for (let at = from; at < to; at += size) yield bytes.subarray(at, Math.min(at + size, to));
    },
  };
}

const lines = '{"a":1}\n\n{"a":22}\n{"a":333}';

describe('stored lines in ranges', () => {
  it.each([1, 8, 12, 100])('of about %d bytes: all items, in both directions, each once', async (rangeBytes) => {
    const inputs = [stored(lines), stored('\ufeff{"b":1}\r\n', { name: 'b.jsonl' }), stored('', { name: 'none.csv' })];
    const ranged = await rangedLines(inputs);
    const ranges = await ranged.ranges(rangeBytes);
    const items: object[] = [];
    const reversed: object[] = [];
    let counted = 0;
    for (const range of ranges) {
      const source = await ranged.open(range);
      for await (const batch of source.read()) items.push(...batch);
      const backwards: object[] = [];
      for await (const batch of source.read({ offset: 0, limit: Number.POSITIVE_INFINITY, desc: true })) backwards.push(...batch);
      reversed.unshift(...backwards);
      counted += await ranged.count(range);
    }
    expect(items).toEqual([{ a: 1 }, { a: 22 }, { a: 333 }, { b: 1 }]);
    expect([reversed, counted]).toEqual([items.toReversed(), 4]);
    if (rangeBytes === 1) expect(ranges.length).toBe(5);
    if (rangeBytes === 100) expect(ranges.length).toBe(1);
  });

  it('reads only the bytes of a range', async () => {
    const input = stored(lines);
    const ranged = await rangedLines([input]);
    const [, second = []] = await ranged.ranges(9);
    expect(second).toEqual([{ file: 0, bytes: [9, 18] }]);
    input.reads.length = 0;
    for await (const _ of (await ranged.open(second)).read());
    expect(input.reads).toEqual([[9, 18]]);
  });

  it('counts the bytes that are read', async () => {
    const counts: number[] = [];
    const ranged = await rangedLines([stored(lines)], { onBytes: (count) => counts.push(count) });
    for await (const _ of (await ranged.open([{ file: 0, bytes: [9, 18] }])).read());
    expect(counts.reduce((sum, count) => sum + count, 0)).toBe(9);
  });

  it.each([
    ['items', false],
    ['items', true],
    ['JSON text', false],
    ['JSON text', true],
  ] as const)('a store that ignores its signal is read no further: %s, descending: %s', async (form, desc) => {
    const controller = new AbortController();
    const input = stored(`${lines}\n`.repeat(100));
    let given = 0;
    const read: StoredLines['read'] = async function* (...range) {
      for await (const chunk of input.read(...range)) {
        given++;
        if (given === 4) controller.abort(new Error('enough'));
        yield chunk;
      }
    };
    const source = await (await rangedLines([{ ...input, read }])).open([{ file: 0, bytes: [0, input.size] }]);
    const window = { offset: 0, limit: Number.POSITIVE_INFINITY, desc };
    const walk = async (): Promise<void> => {
      const { signal } = controller;
      const text = form === 'items' ? undefined : await source.json?.(window, signal);
      for await (const _ of text && 'pieces' in text ? text.pieces : source.read(window, signal));
    };
    await expect(walk()).rejects.toThrow('enough');
    expect(given).toBe(4);
  });

  it('names a malformed item by its line and byte in all of the bytes', async () => {
    const ranged = await rangedLines([stored('{"a":1}\n\n{"a":2}\n{"a":\n')]);
    const source = await ranged.open([{ file: 0, bytes: [17, 23] }]);
    const read = async (): Promise<void> => {
      for await (const _ of source.read());
    };
    await expect(read()).rejects.toMatchObject({ source: 'in/items.jsonl', line: 4, byte: 17 });
  });

  it.each([false, true])(
    'names the lines of all ranges without reading the bytes again for each of them, backwards: %s',
    async (desc) => {
      const input = stored(Array.from({ length: 50 }, (_, n) => `{"id":${n}}\n{"broken":\n`).join(''), { size: 64 });
      const ranged = await rangedLines([input], { skipMalformed: true });
      const ranges = await ranged.ranges(20);
      expect(ranges.length).toBeGreaterThan(40);
      input.reads.length = 0;
      const named: unknown[] = [];
      for (const range of ranges) {
        const source = await ranged.open(range);
        for await (const _ of source.read({ offset: 0, limit: Number.POSITIVE_INFINITY, desc }));
        named.push(...(source.skipped?.().first ?? []).map(({ line }) => line));
      }
      expect(named).toEqual(Array.from({ length: 50 }, (_, n) => 2 * n + 2));
      const bytes = input.reads.reduce((sum, [from, to]) => sum + to - from, 0);
      expect(bytes).toBeLessThan(3 * input.size);
    },
  );

  it('requests no bytes before the first line to count its line', async () => {
    const input = stored('{"a":\n');
    const source = await (await rangedLines([input])).open([{ file: 0, bytes: [0, 6] }]);
    const read = async (): Promise<void> => {
      for await (const _ of source.read());
    };
    await expect(read()).rejects.toMatchObject({ line: 1, byte: 0 });
    expect(input.reads).toEqual([[0, 6]]);
  });

  it('has the names, the sizes and the versions in its version, and the name in its facts', async () => {
    const input = stored(lines);
    const { version, facts } = await rangedLines([input]);
    expect(facts).toEqual({ id: 'items', name: 'items', modifiedAt: undefined });
    for (const other of [{ name: 'x' }, { size: 1 }, { version: 'two' }]) {
      expect((await rangedLines([{ ...input, ...other }])).version).not.toBe(version);
    }
    const modifiedAt = new Date(0);
    expect((await rangedLines([{ ...input, facts: { modifiedAt } }])).facts).toEqual({ id: 'items', name: 'items', modifiedAt });
  });

  it.each([
    ['an array', '[{"a":1}]', 'items.json'],
    ['CSV', 'a,b\n1,2\n', 'items.csv'],
    ['compressed bytes', Buffer.from([0x1f, 0x8b, 8, 0, 0, 0, 0, 0]), 'items.jsonl.gz'],
  ])('%s cannot be cut', async (_, bytes, name) => {
    const ranged = await rangedLines([stored(bytes, { name })]);
    await expect(ranged.ranges(1)).rejects.toThrow(
      `${name}: cannot be read in ranges, expected JSON Lines that are not compressed`,
    );
  });

  it.each([
    [lines, new Error('no connection')],
    [lines, new UnreadableSourceError('items', 'no connection')],
    ['1', new UnreadableSourceError('items', 'no connection')],
  ])('bytes that cannot be read end with the error of reading: %j, %s', async (text, error) => {
    const failing: StoredLines = {
      ...stored(text),
      // biome-ignore lint/correctness/useYield: it fails before.
      read: async function* () {
        throw error;
      },
    };
    await expect((await rangedLines([failing])).ranges(1)).rejects.toBe(error);
  });

  it('that are followed are refused', async () => {
    await expect(rangedLines([stored(lines)], { follow: true })).rejects.toThrow('follow: ');
  });
});
