import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { shortcuts } from '../../packages/query-pipeline/src/shortcuts/index.js';
import { asked } from './arbitraries.js';
import { inBatches, plainly, shortened, textsOf } from './made.js';

/** More runs than for other laws, because mistakes in shortcuts are likely. */
const numRuns = 20 * (fc.readConfigureGlobal().numRuns ?? 100);

describe.each(shortcuts)('the shortcut of $name', (shortcut) => {
  it('gives the same as the steps: records, places, names never found', async () => {
    let taken = 0;
    await fc.assert(
      fc.asyncProperty(asked, fc.integer({ min: 1, max: 5 }), async ({ stored, query }, batchSize) => {
        const fast = shortened(query, shortcut).records(inBatches(stored, 5), { batchSize });
        const plain = plainly(query).records(inBatches(stored, 5), { batchSize });
        expect(await textsOf(fast)).toEqual(await textsOf(plain));
        expect(fast.layout.listed).toEqual(plain.layout.listed);
        expect(fast.neverFound()).toEqual(plain.neverFound());
        if (fast.kind !== 'whole') taken++;
      }),
      { numRuns },
    );
    expect(taken).toBeGreaterThan(numRuns / 20);
  });
});

describe('records in batches', () => {
  it('are the same as without batches', async () => {
    await fc.assert(
      fc.asyncProperty(asked, fc.integer({ min: 1, max: 5 }), async ({ stored, query }, batchSize) => {
        const { transform, records } = plainly(query);
        expect(await textsOf(records(inBatches(stored, 3), { batchSize }))).toEqual(
          Array.from(transform(stored), (record) => JSON.stringify(record)),
        );
      }),
    );
  });
});
