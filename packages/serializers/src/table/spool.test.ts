import { expect, it } from 'vitest';
import { createSpool } from './spool.js';
import type { RowBlock } from './table.js';

/** Blocks of cells of these lengths, the way the builder hands them out: in two buffers in turn. */
function* blocksOf(lengths: readonly (readonly number[])[]): Generator<RowBlock> {
  const buffers = [Buffer.alloc(1000), Buffer.alloc(1000)] as const;
  for (const [index, cells] of lengths.entries()) {
    let end = 0;
    const ends = Uint32Array.from(cells, (length) => {
      end += length;
      return end;
    });
    const bytes = (buffers[index % 2] as Buffer).subarray(0, end).fill(index);
    yield { bytes, ends, shapes: Uint32Array.of(index, 7), inline: Uint32Array.of(1, index) };
  }
}

const lengths = [[1, 2, 3], [], [0, 254, 255, 256], [300, 0], [10], [5, 5], [400]];

it.each([0, 30, 700, 10_000])('gives blocks back as they were, over %i bytes out of a file', async (spoolBudget) => {
  const spool = createSpool({ spoolBudget });
  for (const block of blocksOf(lengths)) await spool.append(block);
  const read: unknown[] = [];
  for await (const { bytes, ends, shapes, inline } of spool.read()) {
    read.push([Buffer.from(bytes).toString('hex'), [...ends], [...shapes], [...inline]]);
  }
  await spool.close();
  const given = Array.from(blocksOf(lengths), ({ bytes, ends, shapes, inline }) => [
    Buffer.from(bytes).toString('hex'),
    [...ends],
    [...shapes],
    [...inline],
  ]);
  expect(read).toEqual(given);
});
