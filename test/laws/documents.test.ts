import { type ExportOptions, exportItems, type Item, type RequestInput } from 'dataset-items';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asked } from './arbitraries.js';
import { inBatches, plainly, textsOf } from './made.js';

it('documents have the records that the steps make, one after the other', async () => {
  await fc.assert(
    fc.asyncProperty(asked, fc.constantFrom('json', 'jsonl', 'xml', 'rss'), async ({ stored, request, views, query }, format) => {
      const plain = plainly(query).records(inBatches(stored, 5));
      const made = (await textsOf(plain)).map((text) => JSON.parse(text));
      const wanted = await written(made, { format });
      const { text, report } = await written(stored, { ...request, format }, { views });
      expect(text).toBe(wanted.text);
      expect(report.recordsWritten).toBe(made.length);
      expect(report.replaced).toEqual(wanted.report.replaced);
      expect(report.neverFound).toEqual(stored.length === 0 ? [] : plain.neverFound());
    }),
  );
});

async function written(stored: readonly Item[], request: RequestInput, settings: ExportOptions = {}) {
  const { bytes, report } = await exportItems(stored, request, settings);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString('utf8'), report: await report };
}
