import { exportItems, formats, type GivenQuery } from 'dataset-items';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { replacementTally, tabulate } from '../../packages/serializers/src/index.js';
import { type Asked, asked } from './arbitraries.js';
import { inBatches, plainly } from './made.js';

const facts = { id: 'items', name: 'items', modifiedAt: undefined };

it('a table has the records that the steps make, from either form of records', async () => {
  await fc.assert(
    fc.asyncProperty(
      asked,
      fc.constantFrom('csv', 'html'),
      fc.constantFrom(undefined, 1, 3),
      async (drawn, format, maxColumns) => {
        expect(await exported(drawn, format, maxColumns)).toEqual(await tabulated(drawn.stored, drawn.query, format, maxColumns));
      },
    ),
    { numRuns: 3 * (fc.readConfigureGlobal().numRuns ?? 100) },
  );
});

async function exported({ stored, request, views }: Asked, format: 'csv' | 'html', maxColumns: number | undefined) {
  const { bytes, report } = await exportItems(stored, { ...request, format, maxColumns }, { views, withoutColumns: 'write' });
  const text = await textOf(bytes);
  const { columns, recordsWritten } = await report;
  return { text, columns, recordsWritten };
}

async function tabulated(stored: Asked['stored'], query: GivenQuery, format: 'csv' | 'html', maxColumns: number | undefined) {
  const replaced = replacementTally();
  let recordsWritten = 0;
  const records = plainly(query).records(inBatches(stored, 5), { onRecords: (count) => (recordsWritten += count) });
  const table = await tabulate(records, formats[format].cellWriter({}, replaced), {
    ...(maxColumns && { maxColumns }),
    withoutColumns: 'write',
  });
  const text = await textOf(formats[format].serializer({}, facts, replaced)(table));
  return { text, columns: table.report(), recordsWritten };
}

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString('utf8');
}
