import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomOf } from '../../packages/kernel/src/testing/random.js';
import { LONGEST } from '../laws/lanes/compare.js';
import { compareSplit, type SplitCounts } from './compare.js';

it('an export in parts is the export of one process: bytes, report and error', { timeout: LONGEST }, async () => {
  const counts: SplitCounts = { cases: 0, ranges: 0, split: 0, failed: 0, spooled: 0, counted: 0 };
  // Each case writes files, so they are few. More cases are in test/slow/parts.test.ts. With fewer than 50, chance could leave out a kind.
  const numRuns = Math.max(50, Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 2));
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      await compareSplit(randomOf(seed), counts);
    }),
    { numRuns },
  );
  process.stdout.write(`parts: ${JSON.stringify(counts)}\n`);
  // The cases reach what they are for. About half of them are of each kind; a fifth and a tenth are out of reach of chance.
  expect(counts.split).toBeGreaterThan(counts.cases / 5);
  expect(counts.spooled).toBeGreaterThan(counts.cases / 10);
  expect(counts.counted).toBeGreaterThan(counts.cases / 10);
});
