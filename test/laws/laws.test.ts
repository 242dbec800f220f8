import { Readable } from 'node:stream';
import {
  compile,
  exportItems,
  type FormatName,
  formatNames,
  formats,
  type GivenQuery,
  type Item,
  type Json,
  streamSource,
} from 'dataset-items';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { cellText, columnsOf, leavesOf } from '../expected-cells.js';
import { exportBytes, exportText } from '../export-text.js';
import { readCsv } from '../read-csv.js';
import { asked, items, window } from './arbitraries.js';

const format = fc.constantFrom(...formatNames);
const batchSizes = [1, 2, 7, 512];
const factsOf = (name: string) => ({ id: name, name, modifiedAt: undefined });

describe('laws of the line', () => {
  it('output bytes do not depend on batch sizes, spool budget or the way the source was read', async () => {
    await fc.assert(
      fc.asyncProperty(asked, window, format, async ({ stored, request: given, views }, range, name) => {
        const request = { ...given, ...range, format: name };
        const expected = await exportBytes(stored, request, { views });
        for (const batchSize of batchSizes) {
          expect(await exportBytes(oneShot(stored), request, { views, batchSize, spoolBudget: 0 })).toEqual(expected);
        }
        for (const text of [JSON.stringify(stored, null, 1), stored.map((one) => `${JSON.stringify(one)}\n`).join('')]) {
          const chunks = cut(Buffer.from(text), 3 + (text.length % 29));
          expect(await exportBytes(streamSource(Readable.from(chunks), factsOf('items')), request, { views })).toEqual(expected);
        }
      }),
    );
  });

  it('no input is changed', async () => {
    await fc.assert(
      fc.asyncProperty(asked, format, async ({ stored, request, views }, name) => {
        const before = JSON.stringify(stored);
        await exportBytes(freeze(stored), { ...request, format: name }, { views });
        expect(JSON.stringify(stored)).toBe(before);
      }),
    );
  });

  it('a query over an iterable requests items only on demand', () => {
    fc.assert(
      fc.property(asked, ({ stored, query: given }) => {
        let taken = 0;
        const counting = function* () {
          for (const one of stored) {
            taken++;
            yield one;
          }
        };
        const records = compile(given).transform(counting())[Symbol.iterator]();
        expect(taken).toBe(0);
        const needed = stored.findIndex((one) => [...compile(given).transform([one])].length > 0) + 1;
        expect(records.next().done).toBe(needed === 0);
        expect(taken).toBe(needed === 0 ? stored.length : needed);
      }),
    );
  });

  const topLevel = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', '#h', '__proto__', 'é'), { minLength: 1 });
  // Dotted names are excluded: the first time a name may mean a field of that spelling, and the second time a path.
  const idempotent: readonly [string, fc.Arbitrary<GivenQuery>][] = [
    ['fields', topLevel.map((fields) => ({ fields }))],
    ['omit', topLevel.map((omit) => ({ omit }))],
    ['flatten', topLevel.map((flatten) => ({ flatten }))],
    ['skipHidden', fc.constant({ skipHidden: true })],
    ['skipEmpty', fc.constant({ skipEmpty: true })],
    ['clean', fc.constant({ clean: true })],
  ];
  for (const [name, given] of idempotent) {
    it(`${name} twice is ${name} once`, () => {
      fc.assert(
        fc.property(items, given, (stored, asked) => {
          const once = [...compile(asked).transform(stored)];
          expect(JSON.stringify([...compile(asked).transform(once)])).toBe(JSON.stringify(once));
        }),
      );
    });
  }

  it('json and jsonl read back equal', async () => {
    await fc.assert(
      fc.asyncProperty(items, fc.integer({ min: 0, max: 10 }), async (stored, indent) => {
        expect(JSON.stringify(JSON.parse(await exportText(stored, { format: 'json', indent })))).toBe(JSON.stringify(stored));
        const text = await exportText(stored, 'format=jsonl');
        const lines = text === '' ? [] : text.split('\n');
        expect(lines.map((line) => JSON.stringify(JSON.parse(line)))).toEqual(stored.map((one) => JSON.stringify(one)));
      }),
    );
  });

  it('csv reads back cell for cell, its columns in order', async () => {
    await fc.assert(
      fc.asyncProperty(items, fc.constantFrom(',', ';', '\t', '|'), async (stored, delimiter) => {
        const columns = columnsOf(stored);
        const rows = await readCsv(await exportText(stored, { format: 'csv', delimiter }), delimiter);
        const cells = stored.map((record) => columns.map((name) => cellText(leavesOf(record).get(name))));
        expect(rows).toEqual(columns.length === 0 ? [] : [columns.map(cellText), ...cells]);
      }),
    );
  });

  it('safe mode changes only text that a spreadsheet would treat as a formula', async () => {
    await fc.assert(
      fc.asyncProperty(items, async (stored) => {
        const safe = await readCsv(await exportText(stored, { format: 'csv', safe: true }));
        const plain = await readCsv(await exportText(stored, { format: 'csv' }));
        const columns = columnsOf(stored);
        expect(safe).toEqual(
          plain.map((cells, row) =>
            cells.map((cell, column) => {
              const record = stored[row - 1];
              const value = record && leavesOf(record).get(columns[column] as string);
              return typeof value !== 'number' && /^[=+\-@\t\r\n＝＋－＠]/.test(cell) ? `'${cell}` : cell;
            }),
          ),
        );
      }),
    );
  });

  it('ending early closes the source, in every format', async () => {
    await fc.assert(
      fc.asyncProperty(format, fc.integer({ min: 0, max: 3 }), async (name, chunks) => {
        let closed = 0;
        const endless = async function* () {
          try {
            for (let number = 0; ; number++) yield { number, text: 'x'.repeat(1000) };
          } finally {
            closed++;
          }
        };
        const columns = formats[name].kind === 'table' ? { columns: ['number', 'text'] } : {};
        const { bytes, report } = await exportItems(endless(), { format: name as FormatName, ...columns });
        for (let taken = 0; taken < chunks; taken++) await bytes.next();
        await bytes.return?.();
        expect(closed).toBe(chunks === 0 ? 0 : 1);
        expect((await report).complete).toBe(false);
      }),
      { numRuns: 30 },
    );
  });
});

async function* oneShot(stored: readonly Item[]): AsyncGenerator<Item> {
  yield* stored;
}

function cut(bytes: Buffer, size: number): Buffer[] {
  const chunks: Buffer[] = [];
  for (let at = 0; at < bytes.length; at += size) chunks.push(bytes.subarray(at, at + size));
  return chunks;
}

function freeze<T extends Json | readonly Item[]>(value: T): T {
  if (typeof value === 'object' && value !== null) {
    for (const inner of Object.values(value)) freeze(inner as Json);
    Object.freeze(value);
  }
  return value;
}
