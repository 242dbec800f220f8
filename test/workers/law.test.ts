import fc from 'fast-check';
import { expect, it } from 'vitest';
import { randomOf } from '../../packages/kernel/src/testing/random.js';
import { ordinary } from '../laws/lanes/cases.js';
import { LONGEST } from '../laws/lanes/compare.js';
import { compareWorkers, type WorkerCounts } from './compare.js';

it('an export in threads is that of one thread: bytes, report and error', { timeout: LONGEST }, async () => {
  const counts: WorkerCounts = { cases: 0, failed: 0, items: 0 };
  // Threads take time to start. More cases, with one to four threads each, are in test/slow/workers.test.ts.
  const numRuns = Math.ceil((fc.readConfigureGlobal().numRuns ?? 100) / 12);
  await fc.assert(
    fc.asyncProperty(fc.integer(), async (seed) => {
      const random = randomOf(seed);
      await compareWorkers(random, ordinary, [1 + random.below(3)], counts);
    }),
    { numRuns },
  );
  process.stdout.write(`workers: ${JSON.stringify(counts)}\n`);
  expect(counts.cases).toBeGreaterThanOrEqual(numRuns);
});
