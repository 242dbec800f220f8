import { exportItems } from '@dataset-items/exporter';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';

const text = fc.constantFrom('plain', 'ein "Zitat"', 'a,b', '', '\ud800', '\r', 'стол'.repeat(40), 'x'.repeat(300));
const scalar = fc.oneof(text, fc.constantFrom(0, -0, 12.5, true, null));
const element = fc.dictionary(fc.constantFrom('cost', 'sku', 'name'), scalar);
const names = ['sku', 'url', 'name', 'brand', 'price', 'cost', 'size', 'text'];
const item = fc.tuple(
  fc.dictionary(fc.constantFrom(...names.slice(1)), scalar, { maxKeys: 7 }),
  fc.option(fc.array(element, { maxLength: 4 }), { nil: undefined }),
);
const items = fc.array(
  item.map(([parent, offers]) => (offers === undefined ? parent : { ...parent, offers })),
  { maxLength: 8 },
);

/** All bytes, and the replacements in the report. */
async function written(given: Iterable<Record<string, never>>, query: string) {
  const { bytes, report } = await exportItems(given, new URLSearchParams(query), { local: true });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), replaced: (await report).replaced };
}

describe('rows of one item, which share cells, are written like rows of different items', () => {
  it.each(['csv', 'html'])('%s', async (format) => {
    let several = 0;
    await fc.assert(
      fc.asyncProperty(items, async (given) => {
        const query = `format=${format}&fields=${names}`;
        if (given.filter((of) => 'offers' in of && (of.offers as unknown[]).length > 1).length > 1) several++;
        const one = await written(given as Record<string, never>[], `${query}&unwind=offers`);
        const { text } = await written(given as Record<string, never>[], `format=json&unwind=offers&fields=${names}`);
        expect(one).toEqual(await written(JSON.parse(text), query));
      }),
    );
    expect(several).toBeGreaterThan((fc.readConfigureGlobal().numRuns ?? 100) / 10);
  });
});
