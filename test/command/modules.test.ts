import { spawnSync } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { builtinModules } from 'node:module';
import { tmpdir } from 'node:os';
import { join, relative, sep } from 'node:path';
import { fileURLToPath } from 'node:url';
import { describe, expect, it } from 'vitest';
import { commandPath, runCommand } from '../command.js';

const packages = fileURLToPath(new URL('../../packages', import.meta.url));
/** Bytes of JavaScript. V8 reads all of it where no compiled code is kept, which takes 1 ms for 30 kB. */
const mostBytes = 387_500;
const inDist = (...names: readonly string[]): string[] => names.map((name) => join('cli', 'dist', name));

/** Modules that an export from a file into a pipe may load, with those that Node loads for them. Others, such as `zlib` or `http`, take 0.5 to 3 ms to load. */
const modulesOfNode = [
  'diagnostics_channel',
  'events',
  'fs',
  'fs/promises',
  'net',
  'path',
  'process',
  'stream',
  'stream/promises',
  'url',
  'vm',
];

/** What the command loads: paths of files relative to `packages`. */
function loadedBy(...args: readonly string[]): Promise<string[]> {
  return loadedWith(async (env) => {
    const { status, stderr } = await runCommand(args, { input: '{"a":1,"b":"x"}\n', env });
    expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
  });
}

/** What a program loads, as V8 lists it. @param run runs it to its end with these variables of the environment */
async function loadedWith(run: (env: Readonly<Record<string, string>>) => Promise<void>): Promise<string[]> {
  const directory = mkdtempSync(join(tmpdir(), 'dataset-items-modules-'));
  try {
    await run({ NODE_V8_COVERAGE: directory });
    const scripts = readdirSync(directory).flatMap((name): { url: string }[] => {
      return JSON.parse(readFileSync(join(directory, name), 'utf8')).result;
    });
    const files = scripts.filter(({ url }) => url.startsWith('file:')).map(({ url }) => relative(packages, fileURLToPath(url)));
    return [...new Set(files)].sort();
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** The public modules of Node that a program has loaded when it ends. */
function modulesOfNodeIn([script = '', ...args]: readonly string[], stdout: 'pipe' | number = 'pipe'): string[] {
  const list = `data:text/javascript,${encodeURIComponent(
    "process.on('exit', () => process.getBuiltinModule('fs').writeSync(3, JSON.stringify(process.moduleLoadList)))",
  )}`;
  const { status, output } = spawnSync(process.execPath, ['--import', list, script, ...args], {
    stdio: ['ignore', stdout, 'pipe', 'pipe'],
  });
  expect({ status, stderr: String(output[2]) }).toEqual({ status: 0, stderr: '' });
  const names = (JSON.parse(String(output[3])) as string[]).map((entry) => entry.replace('NativeModule ', ''));
  return names.filter((name) => builtinModules.includes(name) && !name.startsWith('_'));
}

/** Modules that a pipe needs, and a file does not. */
const modulesOfPipes = ['fs/promises', 'net', 'stream', 'stream/promises'];

describe('the modules that an export loads', () => {
  it.each(['jsonl', 'json', 'csv', 'html', 'xml', 'xlsx'])('%s: two files of the command, and nothing else', async (format) => {
    const files = await loadedBy('export', '--format', format);
    expect(files).toEqual(inDist('export-process.cjs', 'main.cjs'));
    expect(files.reduce((sum, file) => sum + readFileSync(join(packages, file)).length, 0)).toBeLessThanOrEqual(mostBytes);
  });

  it.each(['jsonl', 'json', 'csv', 'html', 'xml'])('%s: few modules of Node', (format) => {
    const folder = mkdtempSync(join(tmpdir(), 'dataset-items-modules-'));
    try {
      const [items, allowed] = [join(folder, 'items.jsonl'), join(folder, 'allowed.mjs')];
      writeFileSync(items, '{"a":1,"b":"x"}\n');
      writeFileSync(allowed, modulesOfNode.map((name) => `import 'node:${name}';\n`).join(''));
      const present = new Set(modulesOfNodeIn([allowed]));
      const command = [commandPath, 'export', '--format', format, items];
      // The first export keeps compiled code, and loads modules for that.
      modulesOfNodeIn(command);
      expect(modulesOfNodeIn(command).filter((name) => !present.has(name))).toEqual([]);
      const output = openSync(join(folder, 'output'), 'w');
      const ofFile = modulesOfNodeIn(command, output);
      closeSync(output);
      expect(ofFile).toContain('path');
      expect(ofFile.filter((name) => modulesOfPipes.includes(name))).toEqual([]);
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  });

  it('of the library: nothing of parts, stores, queues and servers', async () => {
    const library = join(packages, 'cli', 'dist', 'index.js');
    const files = await loadedWith(async (env) => {
      const { status, stderr } = spawnSync(process.execPath, [library], { env: { ...process.env, ...env }, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
    });
    const names = new Set(files.map((file) => (file.startsWith('..') ? file : file.slice(0, file.indexOf(sep)))));
    const own = ['cli', 'exporter', 'http', 'kernel', 'query-pipeline', 'serializers', 'sources', 'temporary-file'];
    expect([...names].sort()).toEqual(own);
    const allowed = ['fs/promises', 'os', 'stream/promises', 'timers/promises', 'url', 'util', 'zlib'];
    const imports = allowed.map((name) => `import 'node:${name}';`).join('');
    // Newer releases of Node load others by themselves for these.
    const present = modulesOfNodeIn(['--input-type=module', '--eval', imports]);
    const loaded = modulesOfNodeIn([library]);
    expect(loaded).toContain('zlib');
    // Each takes 1 to 5 ms to load, and no export needs it.
    const needless = ['child_process', 'crypto', 'dns', 'http', 'net', 'tls', 'worker_threads'];
    expect(loaded.filter((name) => needless.includes(name) && !present.includes(name))).toEqual([]);
  });

  it('other commands and arguments load more, so what is not loaded above would be listed', async () => {
    expect(await loadedBy('inspect')).toEqual(inDist('any-process.cjs', 'main.cjs'));
    expect(await loadedBy('export', '--no-bom', '--', '-')).toEqual(inDist('any-process.cjs', 'export-process.cjs', 'main.cjs'));
  });
});
