import { exportItems, type Item, type RequestInput } from 'dataset-items';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { compileSteps } from '../../packages/query-pipeline/src/compile.js';
import { acceptQuery } from '../../packages/query-pipeline/src/query.js';
import { expandShortcuts } from '../../packages/query-pipeline/src/shortcuts.js';
import { plainSteps } from '../../packages/query-pipeline/src/steps/index.js';
import { items, query } from './arbitraries.js';

it('documents hold what the steps one after the other make, though their writers are given less', async () => {
  await fc.assert(
    fc.asyncProperty(items, query, fc.constantFrom('json', 'jsonl', 'xml', 'rss'), async (stored, given, format) => {
      const { transform, neverFound } = compileSteps(expandShortcuts(acceptQuery(given)), plainSteps);
      const made = [...transform(stored)];
      const wanted = await written(made, { format });
      const { text, report } = await written(stored, { ...given, format });
      expect(text).toBe(wanted.text);
      expect(report.recordsWritten).toBe(made.length);
      expect(report.mended).toEqual(wanted.report.mended);
      if (stored.length > 0) expect(report.neverFound).toEqual(neverFound());
    }),
  );
});

async function written(stored: readonly Item[], request: RequestInput) {
  const { bytes, report } = await exportItems(stored, request);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString('utf8'), report: await report };
}
