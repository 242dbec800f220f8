import { readdirSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

const packages = readdirSync('packages');

/** Benchmarks run as built, like what they measure. */
const benchmarks: Options = {
  name: 'benchmarks',
  entry: ['run', 'floor', 'contestant', 'memory-run', 'readme'].map((name) => `benchmarks/${name}.ts`),
  outDir: 'benchmarks/dist',
  format: 'esm',
  target: 'node20',
  tsconfig: 'tsconfig.json',
  external: [/^[^./]/],
  splitting: false,
};

export default defineConfig(({ dts = true }) => [
  benchmarks,
  ...packages.map((name): Options => {
    const folder = `packages/${name}`;
    const entry =
      name === 'cli' ? { index: `${folder}/src/index.ts`, main: `${folder}/src/main.ts` } : { index: `${folder}/src/index.ts` };
    return {
      name,
      entry,
      outDir: `${folder}/dist`,
      format: 'esm',
      target: 'node20',
      platform: 'node',
      tsconfig: 'tsconfig.json',
      dts: dts === false ? false : { entry: { index: `${folder}/src/index.ts` } },
      // Every bare import stays an import: packages are installed, not copied into each other.
      external: [/^[^./]/],
      splitting: true,
      clean: dts !== false,
    };
  }),
]);
