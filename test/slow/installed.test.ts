import { execFile } from 'node:child_process';
import { copyFileSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { promisify } from 'node:util';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { buildDeclarations, packedByNpm } from '../packages/packed.js';

const exec = promisify(execFile);
const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-installed-'));
const project = join(scratch, 'project');
const programs = ['import.mjs', 'require.cjs', 'used.mjs', 'program.ts', 'required.cts'];
const printed = ['"a","b/c/0"\r\n"1","x"\r\n"2.5",\r\n', '"a"\r\n"1"\r\n"2.5"\r\n', 'PAR1', 404];

async function install(folder: string, ...packages: readonly string[]): Promise<void> {
  mkdirSync(folder, { recursive: true });
  writeFileSync(join(folder, 'package.json'), '{ "private": true, "type": "module" }');
  await exec('npm', ['install', '--no-audit', '--no-fund', '--loglevel=error', ...packages], { cwd: folder, maxBuffer: 2 ** 26 });
}

/** A version of Node from npm. */
async function node(version: string): Promise<string> {
  const folder = join(scratch, `node-${version}`);
  const name = `node-linux-${process.arch}`;
  await install(folder, `${name}@${version}`);
  return join(folder, 'node_modules', name, 'bin/node');
}

const nodes = new Map<string, string>();

beforeAll(async () => {
  buildDeclarations();
  const packed = await packedByNpm(join(scratch, 'packed'));
  await install(project, ...packed.map(({ tarball }) => tarball), 'typescript@5.9.3', '@types/node@20.19.25');
  for (const program of programs) copyFileSync(new URL(`installed/${program}`, import.meta.url), join(project, program));
  nodes.set('this one', process.execPath);
  for (const version of ['22.12.0', 'latest']) nodes.set(version, await node(version));
});

afterAll(() => rmSync(scratch, { recursive: true, force: true }));

describe.each(['this one', '22.12.0', 'latest'])('installed from tarballs, on Node: %s', (version) => {
  const run = (...args: readonly string[]) => exec(nodes.get(version) ?? 'none', args, { cwd: project });

  it.each(['import.mjs', 'require.cjs'])('%s', async (program) => {
    process.stdout.write(`${version}: ${(await run('--version')).stdout}`);
    expect(JSON.parse((await run(program)).stdout)).toEqual(printed);
  });

  it('runs the command with threads', async () => {
    writeFileSync(join(project, 'many.jsonl'), '{"a":1}\n'.repeat(1000));
    const command = [
      'node_modules/dataset-items/bin/dataset-items.cjs',
      'export',
      'many.jsonl',
      '--format',
      'jsonl',
      '--workers',
    ];
    expect((await run(...command, '2')).stdout).toBe((await run(...command, '0')).stdout);
  });

  it('runs the command', async () => {
    writeFileSync(join(project, 'items.jsonl'), '{"a":1}\n');
    const { stdout } = await run(
      'node_modules/dataset-items/bin/dataset-items.cjs',
      'export',
      'items.jsonl',
      '--format',
      'csv',
      '--no-bom',
    );
    expect(stdout).toBe('"a"\r\n"1"\r\n');
  });
});

const resolutions = [
  { moduleResolution: 'node16', module: 'node16', files: ['program.ts'] },
  { moduleResolution: 'nodenext', module: 'nodenext', files: ['program.ts', 'required.cts'] },
  { moduleResolution: 'bundler', module: 'esnext', files: ['program.ts'] },
];

describe('TypeScript takes what is installed, declarations included', () => {
  it.each(resolutions)('moduleResolution $moduleResolution', async ({ files, ...options }) => {
    const compilerOptions = {
      ...options,
      target: 'es2022',
      lib: ['es2023'],
      strict: true,
      noEmit: true,
      skipLibCheck: false,
      types: ['node'],
    };
    writeFileSync(join(project, 'tsconfig.json'), JSON.stringify({ compilerOptions, files }));
    const { stdout } = await exec(process.execPath, ['node_modules/typescript/bin/tsc', '-p', '.'], { cwd: project }).catch(
      (error: { stdout: string }) => error,
    );
    expect(stdout).toBe('');
  });
});
