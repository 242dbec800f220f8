import { expect, it } from 'vitest';
import { createSpool } from './spool.js';
import { endsOf, LONG, type RowBlock } from './table.js';

/** Blocks with cells of these lengths, in two buffers in turn, like those of the collector. */
function* blocksOf(lengths: readonly (readonly number[])[]): Generator<RowBlock> {
  const buffers = [Buffer.alloc(1000), Buffer.alloc(1000)] as const;
  for (const [index, cells] of lengths.entries()) {
    const end = cells.reduce((sum, length) => sum + length, 0);
    const bytes = (buffers[index % 2] as Buffer).subarray(0, end).fill(index);
    const lengths = Uint8Array.from(cells, (length) => Math.min(length, LONG));
    const long = Uint32Array.from(cells.filter((length) => length >= LONG));
    yield { bytes, lengths, long, shapes: Uint32Array.of(index, 7), inline: Uint32Array.of(1, index) };
  }
}

const lengths = [[1, 2, 3], [], [0, 254, 255, 256], [300, 0], [10], [5, 5], [400]];

const budgets = [0, 30, 700, 10_000].flatMap((budget) => [false, true].map((reuses) => [budget, reuses] as const));
it.each(budgets)(
  'gives blocks back as they were, over %i bytes out of a file, in the same memory: %s',
  async (spoolBudget, reuses) => {
    const spool = createSpool({ spoolBudget });
    for (const block of blocksOf(lengths)) await spool.append(block);
    const read: unknown[] = [];
    for await (const block of spool.read(reuses)) read.push(contentOf(block));
    await spool.close();
    expect(read).toEqual(Array.from(blocksOf(lengths), contentOf));
  },
);

function contentOf(block: RowBlock): unknown {
  return [Buffer.from(block.bytes).toString('hex'), [...endsOf(block)], [...block.shapes], [...block.inline]];
}
