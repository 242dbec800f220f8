import { readFileSync } from 'node:fs';
import { join, relative } from 'node:path';
import { defineConfig } from 'vitest/config';
import { common, resolve } from '../../vitest.config.js';
import { instrument, type Numbered } from './instrument.js';
import { Ordered } from './order.js';
import { readPlan } from './plan.js';
import { sourceFiles } from './sample.js';

const plan = readPlan();
const byFile = new Map<string, Numbered[]>(sourceFiles().map((file) => [file, []]));
for (const mutant of plan.mutants) byFile.get(mutant.file)?.push(mutant);
const root = join(import.meta.dirname, '../..');

/** The tests of the three packages over sources that hold the mutants, one after the other in one process. */
// biome-ignore lint/style/noDefaultExport: vitest takes a configuration so
export default defineConfig({
  resolve,
  root,
  plugins: [
    {
      name: 'mutants',
      enforce: 'pre',
      transform(_code, id) {
        const file = relative(root, id.split('?')[0] ?? id).replaceAll('\\', '/');
        const mutants = byFile.get(file);
        return mutants === undefined
          ? undefined
          : { code: instrument(file, readFileSync(join(root, file), 'utf8'), mutants), map: null };
      },
    },
  ],
  test: {
    ...common,
    include: [
      'packages/{query-pipeline,serializers,sources,exporter}/src/**/*.test.ts',
      'test/formats/*.test.ts',
      'test/inputs/*.test.ts',
      'test/laws/*.test.ts',
      'test/laws/lanes/*.test.ts',
      'test/lanes/*.test.ts',
      'test/parts/*.test.ts',
      'test/live/{follow,library}.test.ts',
      'test/doors/library.test.ts',
      'test/extending.test.ts',
    ],
    globalSetup: ['test/property-seed.ts'],
    setupFiles: ['test/mutation/property-runs.ts'],
    runner: 'test/mutation/runner.ts',
    sequence: { sequencer: Ordered },
    pool: 'forks',
    isolate: false,
    fileParallelism: false,
    maxWorkers: 1,
    maxConcurrency: 1,
    dangerouslyIgnoreUnhandledErrors: true,
    testTimeout: 600_000,
    hookTimeout: 600_000,
    reporters: ['dot'],
  },
});
