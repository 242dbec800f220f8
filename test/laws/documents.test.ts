import { compile, type ExportOptions, exportItems, type Item, type RequestInput } from 'dataset-items';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { asked } from './arbitraries.js';
import { inBatches, plainly, textsOf } from './made.js';

/** More runs than for other laws, because each kind of records has a writer of its own. */
const numRuns = 5 * (fc.readConfigureGlobal().numRuns ?? 100);

it('documents have the records that the steps make, one after the other', async () => {
  const kinds = { whole: 0, filtered: 0, listed: 0 };
  await fc.assert(
    fc.asyncProperty(asked, fc.constantFrom('json', 'jsonl', 'xml', 'rss'), async ({ stored, request, views, query }, format) => {
      const plain = plainly(query).records(inBatches(stored, 5));
      const made = (await textsOf(plain)).map((text) => JSON.parse(text));
      const wanted = await written(made, { format });
      kinds[compile(query).records(inBatches([], 1)).kind]++;
      const { text, report } = await written(stored, { ...request, format }, { views });
      expect(text).toBe(wanted.text);
      expect(report.recordsWritten).toBe(made.length);
      expect(report.replaced).toEqual(wanted.report.replaced);
      expect(report.neverFound).toEqual(stored.length === 0 ? [] : plain.neverFound());
    }),
    { numRuns },
  );
  for (const kind of ['whole', 'filtered', 'listed'] as const) expect(kinds[kind], kind).toBeGreaterThan(numRuns / 20);
});

async function written(stored: readonly Item[], request: RequestInput, settings: ExportOptions = {}) {
  const { bytes, report } = await exportItems(stored, request, settings);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString('utf8'), report: await report };
}
