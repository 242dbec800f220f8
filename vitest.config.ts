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

/** How tests find the packages. */
export const resolve = {
  alias: [
    { find: 'dataset-items/emulator', replacement: fileURLToPath(new URL('packages/cli/src/emulator.ts', import.meta.url)) },
    ...packages,
  ],
};

/** Tests of one module each. Those of the emulator change the environment, so they are not among them. */
const units = 'packages/!(emulator)/src/**/*.test.ts';

/** What a test needs wherever it runs. */
const needed = {
  setupFiles: ['test/property-runs.ts', 'test/check-answers.ts'],
  // A test that looks at nothing fails.
  expect: { requireAssertions: true, poll: { timeout: patience / 2 } },
  testTimeout: patience,
  hookTimeout: patience,
  teardownTimeout: patience,
};

/** What all runs of tests have in common. */
export const common = {
  ...needed,
  // Each property is tried in 100 cases, and in as many as PROPERTY_RUNS says: 400 in a check of `.ci/run`, but for the lanes. Each run of the
  // four laws of the lanes has 50 cases (test/laws/lanes/compare.ts), so `npm test` compares the lanes in 20,000.
  globalSetup: ['test/build-command.ts', 'test/property-seed.ts', 'test/left-out.ts'],
  // Many tests wait for processes of their own.
  maxWorkers: '100%',
};

export default defineConfig({
  resolve,
  test: {
    ...common,
    projects: [
      // Files share a process and its modules, which are loaded once: a fifth of all time is spent on loading them.
      { resolve, test: { ...needed, name: 'units', include: [units], isolate: false } },
      {
        resolve,
        test: {
          ...needed,
          name: 'whole',
          include: ['packages/emulator/src/**/*.test.ts', 'test/**/*.test.ts'],
          exclude: ['test/slow/**', '**/node_modules/**'],
        },
      },
    ],
  },
});
