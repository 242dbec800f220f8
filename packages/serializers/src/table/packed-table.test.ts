import { compile, foundColumns } from '@dataset-items/query-pipeline';
import { expect, it } from 'vitest';
import type { CellWriter } from '../format.js';
import { arrangedRows, packTable, type RowStretch, unpackTable } from './packed-table.js';
import type { RowBlock, Shape } from './table.js';

const shapes: readonly Shape[] = [[0, 1], [0]].map((columns) => ({ found: [], order: [], columns }));
const writeCell: CellWriter = Object.assign(() => {}, { row: { start: '', separator: ',', end: '\n', gap: '-' } });

/** A block of rows of one shape: 0 with both cells, 1 with the first one only. */
function blockOf(shape: number, rows: number): RowBlock {
  const row = shape === 0 ? 'ab,cd\n' : 'ab\n';
  const first = shape === 0 ? [2, 3] : [2];
  const next = shape === 0 ? [3, 3] : [3];
  const lengths = Uint8Array.from(Array.from({ length: rows }, (_, index) => (index === 0 ? first : next)).flat());
  return {
    ...{ bytes: Buffer.from(row.repeat(rows)), lengths, long: new Uint32Array() },
    ...{ shapes: new Uint32Array(rows).fill(shape), inline: new Uint32Array() },
  };
}

const columns = foundColumns(compile().layout);
for (const name of ['x', 'y']) columns.idOf(name, name);
const learned = columns.learned();

// A sixteenth of all bytes, 21, is a stretch: four rows of six bytes.
it.each<[string, [number, number][]]>([
  [
    'rows with all cells before one with a gap',
    [
      [0, 1],
      [1, 1],
      [0, 50],
    ],
  ],
  [
    'two such blocks, too few for a stretch, before one with gaps',
    [
      [0, 1],
      [0, 2],
      [1, 3],
      [0, 50],
    ],
  ],
  [
    'enough for a stretch',
    [
      [0, 2],
      [0, 3],
      [1, 3],
      [0, 50],
    ],
  ],
  [
    'too few at the end',
    [
      [0, 50],
      [1, 7],
      [0, 1],
      [0, 1],
    ],
  ],
])('rows are the same with stretches and without: %s', async (_, blocks) => {
  const { chunks, size } = packTable({
    shapes,
    blocks: (async function* () {
      for (const [shape, rows] of blocks) yield blockOf(shape, rows);
    })(),
  });
  const parts: Buffer[] = [];
  for await (const chunk of chunks) parts.push(Buffer.from(chunk));
  const all = Buffer.concat(parts);
  const packed = {
    size: size(),
    bytes: async function* (from: number, to: number) {
      yield all.subarray(from, Math.min(to, all.length));
    },
  };
  const textOf = (given: Uint8Array | RowStretch): string =>
    (given instanceof Uint8Array ? Buffer.from(given) : all.subarray(given.from, given.to)).toString();
  const expected = blocks.map(([shape, rows]) => (shape === 0 ? 'ab,cd\n' : 'ab,-\n').repeat(rows)).join('');
  for (const mostStretches of [0, 1, Number.POSITIVE_INFINITY]) {
    const texts: string[] = [];
    let stretches = 0;
    for await (const given of arrangedRows(packed, { names: ['x', 'y'], learned, writeCell, mostStretches })) {
      if (!(given instanceof Uint8Array)) stretches++;
      texts.push(textOf(given));
    }
    expect(texts.join('')).toBe(expected);
    expect(stretches > 0).toBe(mostStretches > 0);
  }
});

it.each([
  ['ended early', false],
  ['read to the end', true],
])('the memory of blocks is freed when nobody can use it: %s', async (_, toTheEnd) => {
  const block = blockOf(0, 20_000);
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    yield block;
  };
  const packing = packTable({ blocks: blocks(), shapes });
  const chunks: Uint8Array[] = [];
  for await (const chunk of packing.chunks) chunks.push(Uint8Array.from(chunk));
  const all = Buffer.concat(chunks);
  const bytes = async function* (from: number, to: number): AsyncGenerator<Uint8Array> {
    for (let at = from; at < Math.min(to, all.length); at += 1000) yield all.subarray(at, Math.min(at + 1000, to));
  };
  const read = unpackTable({ size: packing.size(), bytes }).blocks[Symbol.asyncIterator]();
  const { value } = await read.next();
  expect(Buffer.from(value.bytes).equals(block.bytes)).toBe(true);
  if (toTheEnd) expect(await read.next()).toEqual({ done: true, value: undefined });
  else await read.return?.();
  expect([value.bytes.length, value.lengths.length]).toEqual(toTheEnd ? [0, 0] : [120_000, 40_000]);
});
