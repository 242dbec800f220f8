import { expect, it } from 'vitest';
import { createSpool } from './spool.js';
import { endsOf, LONG, type RowBlock } from './table.js';

/** Blocks with cells of these lengths, in two buffers in turn, like those of the collector, or in one, like those of the kernel. */
function* blocksOf(lengths: readonly (readonly number[])[], count = 2): Generator<RowBlock> {
  const buffers = Array.from({ length: count }, () => Buffer.alloc(1000));
  for (const [index, cells] of lengths.entries()) {
    const end = cells.reduce((sum, length) => sum + length, 0);
    const bytes = (buffers[index % count] as Buffer).subarray(0, end).fill(index);
    const lengths = Uint8Array.from(cells, (length) => Math.min(length, LONG));
    const long = Uint32Array.from(cells.filter((length) => length >= LONG));
    yield { bytes, lengths, long, shapes: Uint32Array.of(index, 7), inline: Uint32Array.of(1, index) };
  }
}

const lengths = [[1, 2, 3], [], [0, 254, 255, 256], [300, 0], [10], [5, 5], [400]];

const either = [false, true];
const budgets = [0, 30, 700, 10_000].flatMap((budget) =>
  either.flatMap((reuses) => either.map((blocking) => [budget, reuses, blocking] as const)),
);
it.each(budgets)(
  'gives blocks back as they were, over %i bytes out of a file, in the same memory: %s, with calls that block: %s',
  async (spoolBudget, reuses, blocking) => {
    const spool = createSpool({ spoolBudget, blocking });
    for (const block of blocksOf(lengths, blocking ? 1 : 2)) await spool.append(block);
    const read: unknown[] = [];
    for await (const block of spool.read(reuses)) read.push(contentOf(block));
    await spool.close();
    expect(read).toEqual(Array.from(blocksOf(lengths), contentOf));
  },
);

function contentOf(block: RowBlock): unknown {
  return [Buffer.from(block.bytes).toString('hex'), [...endsOf(block)], [...block.shapes], [...block.inline]];
}
