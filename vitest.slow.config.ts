import { defineConfig } from 'vitest/config';
import { firstAttempts } from './test/first-attempts.js';
import { common, resolve } from './vitest.config.js';

/** Checks that take minutes: memory at size, faults at random moments. */
export default defineConfig({
  resolve,
  test: {
    ...common,
    include: ['test/slow/**/*.test.ts'],
    testTimeout: 600_000,
    hookTimeout: 600_000,
    fileParallelism: false,
    // They use real servers, browsers and kills. On a busy machine a check that fails is run once more; the output shows that it was, and why.
    retry: process.env.CI ? 1 : 0,
    reporters: ['default', firstAttempts],
  },
});
