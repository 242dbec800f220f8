import { copyFileSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { defineConfig, type Options } from 'tsup';
import { buildPage } from './packages/explorer/build.js';
import { buildKernel } from './packages/kernel/build.js';

const packages = readdirSync('packages');

type Exports = Readonly<Record<string, string | Readonly<Record<string, string>>>>;

/** The modules that a package exports, by its package.json: `index`, and those that are to be loaded without the others. */
function doors(name: string): string[] {
  const { exports } = JSON.parse(readFileSync(`packages/${name}/package.json`, 'utf8')) as { exports: Exports };
  const paths = Object.values(exports).flatMap((entry) => (typeof entry === 'string' ? entry : Object.values(entry)));
  return [...new Set(paths.flatMap((path) => /^\.\/dist\/(.+)\.js$/.exec(path)?.[1] ?? []))];
}

/** Benchmarks run as built, like what they measure. */
const benchmarks: Options = {
  name: 'benchmarks',
  entry: ['run', 'floor', 'contestant', 'memory-run', 'emulator-server', 'proxy-server', 'readme'].map(
    (name) => `benchmarks/${name}.ts`,
  ),
  outDir: 'benchmarks/dist',
  format: 'esm',
  target: 'node20',
  tsconfig: 'tsconfig.json',
  external: [/^[^./]/],
  splitting: false,
};

/**
 * The files of a package, in builds that share no chunk. Where it has other doors, its index is a build of its own: as chunks shared with
 * them it would be 16 files in the place of one, and Node takes 0.7 ms to load a file (docs/performance.md#start).
 */
function builds(name: string): string[][] {
  const [index = 'index', ...others] = doors(name);
  if (name === 'cli') return [[index, ...others], ...commandFiles.map((file) => [file])];
  return others.length === 0 ? [[index]] : [[index], others];
}

export default defineConfig(({ dts = true }) => {
  if (dts !== false) for (const name of packages) rmSync(`packages/${name}/dist`, { recursive: true, force: true });
  return [benchmarks, ...packages.flatMap((name) => builds(name).map((files) => packageBuild(name, files, dts)))];
});

/** The files of the command: `main` and `thread`, and those that they load. */
const commandFiles = ['main', 'thread', 'keep-kernel', 'export-process', 'any-process'];
const startingFiles = ['main', 'thread', 'keep-kernel'];

/** Modules of Node that the command loads only when it uses them. */
const rarelyUsed = [
  'node:child_process',
  'node:events',
  'node:fs/promises',
  'node:os',
  'node:stream',
  'node:stream/promises',
  'node:timers/promises',
  'node:url',
  'node:util',
  'node:zlib',
];

/**
 * The command contains the packages that an export uses, the parser of its options, and the kernel's module beside them: to find and load them
 * takes Node longer than to run them. The emulator, the proxy and exports in parts with their stores and queue stay packages, loaded on demand, as does everything else of others. Tests
 * check that the command's package declares all that it asks for.
 */
const command: Options = {
  format: 'cjs',
  splitting: false,
  removeNodeProtocol: false,
  // Comments and blanks are a third of what V8 has to read at each start. Names stay, for the stack of an error in the program.
  esbuildOptions: (options) => {
    options.minifyWhitespace = true;
    options.minifySyntax = true;
  },
  noExternal: [/^@dataset-items\/(?!bullmq|emulator|explorer|http|parts|proxy|s3)/, 'commander'],
  esbuildPlugins: [
    {
      name: 'modules of Node on demand',
      setup(build) {
        // Each takes 0.5 to 3 ms of every start, and most exports use none of them. A name is looked up when it is used; no list of the names
        // is made, because this takes half a millisecond.
        build.onResolve({ filter: /^node:/ }, ({ path, kind }) => {
          return kind === 'require-call' || rarelyUsed.includes(path) ? { path, namespace: 'on-demand' } : undefined;
        });
        build.onLoad({ filter: /^/, namespace: 'on-demand' }, ({ path }) => {
          return {
            contents: `module.exports = Object.create(new Proxy({}, { get: (_, name) => process.getBuiltinModule('${path}')[name] }));`,
          };
        });
      },
    },
  ],
  onSuccess: async () => {
    await buildKernel();
    copyFileSync('packages/kernel/dist/kernel.wasm', 'packages/cli/dist/kernel.wasm');
    copyFileSync('packages/cli/node_modules/commander/LICENSE', 'packages/cli/dist/commander.LICENSE');
  },
};

/** A file that `kept-code.ts` loads: a function. */
const keptFile: Options = {
  banner: { js: '(function (require, module, moduleUrl, importModule) {' },
  footer: { js: '})' },
  define: { 'import.meta.url': 'moduleUrl.href' },
  plugins: [
    {
      name: 'import is an argument',
      renderChunk: (code) => ({ code: code.replaceAll(/\bimport\(/g, 'importModule(') }),
    },
  ],
};

function packageBuild(name: string, files: readonly string[], dts: Options['dts']): Options {
  const folder = `packages/${name}`;
  const entry = Object.fromEntries(files.map((file) => [file, `${folder}/src/${file}.ts`]));
  return {
    name,
    entry,
    outDir: `${folder}/dist`,
    format: 'esm',
    target: 'node20',
    platform: 'node',
    tsconfig: 'tsconfig.json',
    // Nobody imports the command. `npm run types` checks the types, so that they are not checked again for each package.
    dts: dts === false || isCommand(files) ? false : { entry, compilerOptions: { noCheck: true } },
    // Every bare import stays an import: packages are installed, not copied into each other.
    external: [/^(?!node:)[^./]/],
    splitting: true,
    sourcemap: !isCommand(files),
    ...(name === 'kernel' ? { onSuccess: () => buildKernel() } : {}),
    ...(name === 'explorer' ? { onSuccess: () => buildPage() } : {}),
    ...(isCommand(files) ? command : {}),
    ...(isCommand(files) && !startingFiles.some((file) => files.includes(file)) ? keptFile : {}),
  };
}

function isCommand(files: readonly string[]): boolean {
  return commandFiles.some((file) => files.includes(file));
}
