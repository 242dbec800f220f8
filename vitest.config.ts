import { readdirSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { defineConfig } from 'vitest/config';

const source = (name: string): string => fileURLToPath(new URL(`packages/${name}/src/index.ts`, import.meta.url));

/** Tests run on the sources of every package; only the command is run as built. */
const packages = readdirSync('packages').map((name) => ({
  find: name === 'cli' ? /^dataset-items$/ : new RegExp(`^@dataset-items/${name}$`),
  replacement: source(name),
}));

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
    globalSetup: ['test/build-command.ts', 'test/property-seed.ts'],
    setupFiles: ['test/property-runs.ts'],
    // A machine that is busy elsewhere is no failure.
    expect: { poll: { timeout: 30_000 } },
    testTimeout: process.env.CI ? 600_000 : 120_000,
  },
});
