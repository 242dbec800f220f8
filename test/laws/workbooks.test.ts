import fc from 'fast-check';
import { expect, it } from 'vitest';
import { openNumberedRows } from '../../packages/kernel/src/index.js';
import { compile, foundColumns, type Item } from '../../packages/query-pipeline/src/index.js';
import { cellWriter } from '../../packages/serializers/src/formats/xlsx/cell.js';
import { workbook, workbookRun } from '../../packages/serializers/src/formats/xlsx/workbook.js';
import {
  type FramedBlocks,
  type OpenNumberedRows,
  type RowBlock,
  replacementTally,
  rowCollector,
  spooledTable,
  type Table,
  type TableOptions,
} from '../../packages/serializers/src/index.js';

const value = fc.oneof(
  { arbitrary: fc.oneof(fc.integer(), fc.double({ noNaN: true, noDefaultInfinity: true }), fc.boolean()), weight: 4 },
  { arbitrary: fc.constant(null), weight: 1 },
  { arbitrary: fc.string({ maxLength: 40 }), weight: 4 },
  { arbitrary: fc.constantFrom('', ' ', 'a ', '<&>"', '_x0041_', 'https://a.example/?b=1&c=2', 'é\u0000'), weight: 2 },
  { arbitrary: fc.integer({ min: 225, max: 270 }).map((length) => 'm'.repeat(length)), weight: 1 },
);
const fewNames = fc.constantFrom('a', 'b', 'c', 'd', '10', '9');
const manyNames = fc.oneof(
  fewNames,
  fc.nat(60).map((n) => `n${n}`),
);
const itemOf = (name: fc.Arbitrary<string>) => fc.dictionary(name, value, { maxKeys: 8 });
const rows = fc.oneof(
  { arbitrary: fc.array(itemOf(fewNames), { maxLength: 60 }), weight: 4 },
  { arbitrary: fc.array(itemOf(manyNames), { maxLength: 60 }), weight: 4 },
  // All of one shape.
  { arbitrary: fc.array(fc.record({ a: value, b: value, c: value }), { maxLength: 60 }), weight: 4 },
  // A row that is larger than what a piece has room for.
  { arbitrary: fc.array(itemOf(fewNames), { maxLength: 5 }).map((items) => [...items, longItem, ...items]), weight: 1 },
);
const longItem: Item = Object.fromEntries(Array.from({ length: 30 }, (_, n) => [`n${n}`, String(n % 10).repeat(32_767)]));

const drawn = fc.record({
  rows,
  blockSize: fc.constantFrom(40, 400, 100_000),
  limits: fc.record({ maxRows: fc.constantFrom(4, 7, 1000), restart: fc.constantFrom(1, 3, 8, 1000) }),
  options: fc.constantFrom<TableOptions>(
    {},
    {},
    { maxColumns: 2 },
    { columnOrder: ['b', 'a'] },
    { spoolBudget: 0 },
    { spoolBudget: 500 },
  ),
  /** Bytes of a piece. Undefined: as usual. */
  size: fc.constantFrom(undefined, undefined, 1, 300, 5000),
  /** Of each block, whether its rows are written by the usual code. */
  refused: fc.infiniteStream(fc.integer({ min: 0, max: 3 })),
});

const numRuns = 3 * (fc.readConfigureGlobal().numRuns ?? 100);

/** Opens the kernel for rows, but for the blocks that are refused. */
function opener(size: number | undefined, refused: Iterator<number>, counts: { taken: number }): OpenNumberedRows {
  return (texts, pieces) => {
    const numbered = openNumberedRows(texts, { ...pieces, size: size ?? pieces.size });
    if (numbered === undefined) throw new Error('no WebAssembly');
    const { load } = numbered;
    return Object.assign(numbered, {
      load: (...cells: Parameters<typeof load>) => {
        const isTaken = refused.next().value !== 0 && load(...cells);
        if (isTaken) counts.taken++;
        return isTaken;
      },
    });
  };
}

it('rows of a workbook are the same, whether the kernel or the usual code writes them', async () => {
  const counts = { taken: 0 };
  await fc.assert(
    fc.asyncProperty(drawn, async ({ rows, blockSize, limits, options, size, refused }) => {
      const open = opener(size, refused, counts);
      const plain = await partsOf(await tableOf(rows, blockSize, options), limits);
      const fast = await partsOf({ ...(await tableOf(rows, blockSize, options)), openNumbered: open }, limits);
      if (size === undefined) expect(fast).toEqual(plain);
      else expect(joined(fast)).toEqual(joined(plain));
    }),
    { numRuns },
  );
  expect(counts.taken).toBeGreaterThan(numRuns / 3);
});

it('so are those of a run, which passes over the first rows of a block', async () => {
  const counts = { taken: 0, skipped: 0 };
  await fc.assert(
    fc.asyncProperty(drawn, fc.nat(6), async ({ rows, blockSize, options, refused }, skip) => {
      const runOf = async (open?: OpenNumberedRows): Promise<string> => {
        const table = await tableOf(rows, blockSize, options);
        return textOfRun(passingOver(table, skip, counts), table.columns, open);
      };
      expect(await runOf(opener(undefined, refused, counts))).toBe(await runOf());
    }),
    { numRuns },
  );
  expect(counts.taken).toBeGreaterThan(numRuns / 3);
  expect(counts.skipped).toBeGreaterThan(numRuns / 2);
});

it.each([
  ['a row that has a shape of its own', [0xffffffff, 0], [1, 0], 2, []],
  ['a long cell before another one', [0, 0], [], 300, [300, 301]],
])('a run passes over %s', async (_, numbers, inline, length, long) => {
  const cells = [`1${'a'.repeat(length - 1)}`, long.length === 0 ? '1b' : `1${'b'.repeat(300)}`];
  const block: RowBlock = {
    bytes: Buffer.from(cells.join('')),
    lengths: Uint8Array.from(cells, (cell) => Math.min(cell.length, 255)),
    long: Uint32Array.from(long),
    shapes: Uint32Array.from(numbers),
    inline: Uint32Array.from(inline),
  };
  const frame = { shapes: [{ found: [], order: [], columns: [0] }], positions: Int32Array.of(0) };
  const blocks = async function* () {
    yield { frame, block, skip: 1 };
  };
  const plain = await textOfRun(blocks(), ['x']);
  expect(plain).toContain(`<t>${cells[1]?.slice(1)}</t>`);
  expect(plain).not.toContain('a</t>');
  expect(await textOfRun(blocks(), ['x'], openNumberedRows)).toBe(plain);
});

/** The rows of a run in the middle of a sheet. */
async function textOfRun(blocks: FramedBlocks, columns: readonly string[], openNumbered?: OpenNumberedRows): Promise<string> {
  const form = { columns, widths: columns.map(() => 10), first: true, restart: 1000 };
  const run = { after: 1000, upTo: 2000, isLast: true };
  let text = '';
  for await (const piece of workbookRun(blocks, form, run, { replaced: replacementTally(), openNumbered })) {
    text += Buffer.from(piece).toString('latin1');
  }
  return text;
}

/** The blocks of a table without up to so many rows at the start of the first one. */
async function* passingOver(table: Table, most: number, counts: { skipped: number }) {
  let left = most;
  for await (const block of table.blocks) {
    const skip = Math.min(left, block.shapes.length);
    counts.skipped += skip;
    left = 0;
    yield { frame: table, block, skip };
  }
}

async function tableOf(items: readonly Item[], blockSize: number, options: TableOptions): Promise<Table> {
  const writeCell = cellWriter(replacementTally());
  const columns = foundColumns(compile().layout, options);
  const collector = rowCollector(columns, writeCell, blockSize);
  const blocks = async function* (): AsyncGenerator<RowBlock> {
    for (const item of items) {
      for (const _ of collector.leaves.read(item) ?? []);
      collector.addRow();
      const block = collector.full ? collector.takeBlock() : undefined;
      if (block !== undefined) yield block;
    }
    const block = collector.takeBlock();
    if (block !== undefined) yield block;
  };
  return spooledTable(columns, { shapes: collector.shapes, blocks: blocks() }, writeCell, {
    ...options,
    withoutColumns: 'write',
  });
}

type Content = { readonly name: string; readonly pieces: readonly string[] };

/** The content of each part in pieces; an empty one is a place at which compression starts anew. */
async function partsOf(table: Table, limits: { readonly maxRows: number; readonly restart: number }): Promise<Content[]> {
  const parts: Content[] = [];
  for await (const { name, content } of workbook(table, undefined, replacementTally(), limits)) {
    const pieces: string[] = [];
    if (typeof content === 'string') pieces.push(content);
    else for await (const piece of content as AsyncIterable<Uint8Array>) pieces.push(Buffer.from(piece).toString('latin1'));
    parts.push({ name, pieces });
  }
  return parts;
}

/** The same without the places where pieces end. */
function joined(parts: readonly Content[]) {
  return parts.map(({ name, pieces }) => [name, pieces.map((piece) => (piece === '' ? '\n--\n' : piece)).join('')]);
}
