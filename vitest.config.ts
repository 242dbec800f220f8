import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (name: string): string => fileURLToPath(new URL(`packages/${name}/src/index.ts`, import.meta.url));

/** Tests run on the sources of every package; only the command is run as built. */
const packages = readdirSync('packages').map((name) => ({
  find: name === 'cli' ? /^dataset-items$/ : new RegExp(`^@dataset-items/${name}$`),
  replacement: source(name),
}));

/** Milliseconds: a machine that is busy elsewhere is no failure, and what hangs ends some time. */
const patience = process.env.CI ? 600_000 : 120_000;

export default defineConfig({
  resolve: {
    alias: [
      { find: 'dataset-items/emulator', replacement: fileURLToPath(new URL('packages/cli/src/emulator.ts', import.meta.url)) },
      ...packages,
    ],
  },
  test: {
    include: ['packages/*/src/**/*.test.ts', 'test/**/*.test.ts'],
    exclude: ['test/slow/**', '**/node_modules/**'],
    // Each property is tried in 100 cases, and in as many as PROPERTY_RUNS says: 400 in a check of `.ci/run`, but for the lanes. Each run of the
    // four laws of the lanes has 50 cases (test/laws/lanes/compare.ts), so `npm test` compares the lanes in 20,000.
    globalSetup: ['test/build-command.ts', 'test/property-seed.ts', 'test/left-out.ts'],
    setupFiles: ['test/property-runs.ts', 'test/check-answers.ts'],
    // A test that looks at nothing fails.
    expect: { requireAssertions: true, poll: { timeout: patience / 2 } },
    // Many tests wait for processes of their own.
    maxWorkers: '100%',
    testTimeout: patience,
    hookTimeout: patience,
    teardownTimeout: patience,
  },
});
