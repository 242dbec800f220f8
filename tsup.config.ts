import { readdirSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';

const packages = readdirSync('packages');

/** What a package exports. The emulator has a door of its own, so that whoever exports items does not load it. */
const doors = (name: string): string[] => (name === 'cli' ? ['index', 'emulator'] : ['index']);

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
    const entry = Object.fromEntries(doors(name).map((door) => [door, `${folder}/src/${door}.ts`]));
    const command = name === 'cli' ? { main: `${folder}/src/main.ts` } : {};
    return {
      name,
      entry: { ...entry, ...command },
      outDir: `${folder}/dist`,
      format: 'esm',
      target: 'node20',
      platform: 'node',
      tsconfig: 'tsconfig.json',
      dts: dts === false ? false : { entry },
      // Every bare import stays an import: packages are installed, not copied into each other.
      external: [/^[^./]/],
      splitting: true,
      clean: dts !== false,
    };
  }),
]);
