import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { setFlagsFromString } from 'node:v8';
import { Script } from 'node:vm';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandPath } from '../command.js';
import { pack, unpack } from './kept.js';

const kept = `kernel.wasm.${process.version}-${process.platform}-${process.arch}`;
/** It is kept with the V8 of Node 20 only. */
const isKnown = process.versions.v8.startsWith('11.3.244.');
/** The stamps of the module and of Node's executable. */
const STAMPS = 64;
/** Machine code, and what loads it. */
const PARTS = 2;
const items = `${Array.from({ length: 500 }, (_, id) => JSON.stringify({ id, text: `<${id}> "ü"`, list: [{ a: id / 7 }, { b: null }] })).join('\n')}\n`;

let home = '';
let folder = '';
beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'dataset-items-kernel-')));
  folder = join(home, 'dist');
  for (const name of ['main.cjs', 'export-process.cjs', 'any-process.cjs', 'thread.cjs', 'keep-kernel.cjs', 'kernel.wasm'])
    cpSync(join(dirname(commandPath), name), join(folder, name));
  symlinkSync(join(dirname(commandPath), '..', 'node_modules'), join(home, 'node_modules'), 'junction');
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

interface Run {
  readonly flags?: readonly string[];
  readonly env?: NodeJS.ProcessEnv;
  /** Arguments of Node. */
  readonly node?: readonly string[];
  readonly executable?: string;
}

function spawned({ flags = [], env = {}, node = [], executable = process.execPath }: Run) {
  const { NODE_V8_COVERAGE, NODE_DISABLE_COMPILE_CACHE, ...plain } = process.env;
  const args = [...node, join(folder, 'main.cjs'), 'export', ...flags];
  return spawnSync(executable, args, { input: items, env: { ...plain, ...env }, maxBuffer: 1 << 26 });
}

function run(of: Run = {}): Buffer {
  const { status, stdout, stderr } = spawned(of);
  expect({ status, stderr: stderr.toString() }).toEqual({ status: 0, stderr: '' });
  return stdout;
}

const permissions = ['--experimental-permission', '--no-warnings', '--allow-fs-read=*'];

/** What an export prints that is caught by `trap`. */
function caught(of: Run = {}): string {
  return spawned(of).stderr.toString();
}

const readKept = (): Buffer => readFileSync(join(folder, kept));

/** Replaces what loads the kept code by another function. V8 compares only the lengths of sources. */
function replaceLoader(code: string): void {
  const source = '(function (code, bytes) { return %DeserializeWasmModule(code, bytes); })';
  const other = `(function (code, bytes) { ${code}`.padEnd(source.length - 2).concat('})');
  expect(other).toHaveLength(source.length);
  setFlagsFromString('--allow-natives-syntax');
  const loader = new Script(other);
  setFlagsFromString('--no-allow-natives-syntax');
  const { parts, stamp } = unpack(readKept(), PARTS, STAMPS);
  writeFileSync(join(folder, kept), pack([parts[0] ?? stamp, loader.createCachedData()], stamp));
}

/** Whoever uses what is kept fails. */
function trap(): void {
  replaceLoader('throw "kept code is used"');
}

/** Where it is kept. */
function describeKept(): void {
  it('is kept by the first export, and used by the next one', () => {
    const first = run();
    const made = readKept();
    expect(run().equals(first)).toBe(true);
    expect(readKept().equals(made)).toBe(true);
    replaceLoader('throw""+%DeserializeWasmModule(code,bytes)');
    expect(caught()).toContain('[object WebAssembly.Module]');
  });

  it.each([
    ['jsonl'],
    ['json', '--indent', '0'],
    ['csv', '--flatten', 'list'],
    ['html', '--unwind', 'list'],
    ['xml'],
    ['rss', '--omit', 'id'],
    ['xlsx', '--compression', '1'],
    ['jsonl', '--desc', '--limit', '7'],
  ])('writes the same: %s %s %s', (format, ...flags) => {
    const all = ['--format', format, ...flags];
    const expected = run({ flags: all, env: { NODE_DISABLE_COMPILE_CACHE: '1' } });
    expect(readdirSync(folder)).not.toContain(kept);
    expect(run({ flags: all }).equals(expected)).toBe(true);
    expect(run({ flags: all }).equals(expected)).toBe(true);
    expect(readdirSync(folder)).toContain(kept);
  });

  it('is used by threads and by other commands too', () => {
    writeFileSync(join(home, 'items.jsonl'), items.repeat(20));
    const many = { flags: ['--workers', '2', join(home, 'items.jsonl')] };
    const expected = run({ ...many, env: { NODE_DISABLE_COMPILE_CACHE: '1' } });
    run();
    expect(run(many).equals(expected)).toBe(true);
    trap();
    expect(caught(many)).toContain('kept code is used');
    expect(caught({ flags: ['--no-bom', '--', '-'] })).toContain('kept code is used');
  });

  it('is made again when the file of the module changes', () => {
    run();
    const first = readKept();
    trap();
    utimesSync(join(folder, 'kernel.wasm'), 1, 1);
    run();
    expect(readKept().subarray(-STAMPS).equals(first.subarray(-STAMPS))).toBe(false);
    trap();
    expect(caught()).toContain('kept code is used');
  });

  it('is not used by another executable of Node, which makes its own', () => {
    run();
    trap();
    const executable = join(home, 'node');
    cpSync(process.execPath, executable);
    const first = readKept();
    run({ executable });
    expect(readKept().subarray(-STAMPS).equals(first.subarray(-STAMPS))).toBe(false);
    trap();
    expect(caught({ executable })).toContain('kept code is used');
  });

  it('that V8 rejects does no harm, and stays', () => {
    const expected = run();
    const whole = readKept();
    expect(run({ node: ['--no-opt'] }).equals(expected)).toBe(true);
    expect(readKept().equals(whole)).toBe(true);
    const { parts, stamp } = unpack(whole, PARTS, STAMPS);
    const code = Buffer.from(parts[0] ?? stamp).fill(0xff, 0, 16);
    writeFileSync(join(folder, kept), pack([code, ...parts.slice(1)], stamp));
    expect(run().equals(expected)).toBe(true);
  });

  it.each([0, 1, STAMPS - 1, STAMPS, STAMPS + 3, 1000])('of which only the last %d bytes are there does no harm', (length) => {
    const expected = run();
    const whole = readKept();
    writeFileSync(join(folder, kept), whole.subarray(whole.length - length));
    expect(run().equals(expected)).toBe(true);
  });

  it('with more bytes than its lengths say is not used', () => {
    run();
    trap();
    const { parts, stamp } = unpack(readKept(), PARTS, STAMPS);
    const whole = pack(parts, stamp);
    const end = whole.length - STAMPS - 4 * PARTS;
    writeFileSync(join(folder, kept), Buffer.concat([whole.subarray(0, end), Buffer.from('x'), whole.subarray(end)]));
    run();
  });

  it.each([
    ['with a flag with which V8 cannot give the code', ['--liftoff-only'], true],
    ['with other flags of V8', ['--max-old-space-size=1000'], true],
    ['without the permission to start a process', [...permissions, '--allow-fs-write=*'], undefined],
    ['without the permission to write', permissions, undefined],
  ])('is kept by a process of its own: %s', (_, node, expected) => {
    run({ node });
    const isMade = readdirSync(folder).includes(kept) ? (unpack(readKept(), PARTS, STAMPS).parts[0]?.length ?? 0) > 0 : undefined;
    expect(isMade).toBe(expected);
    if (isMade) trap();
    expect(caught()).toContain(isMade ? 'kept code is used' : '');
    run({ node });
  });

  it('is not made where the kernel did not run', () => {
    run({ node: ['--no-expose-wasm'] });
    expect(readdirSync(folder)).not.toContain(kept);
  });
}

describe('the machine code of the kernel', () => {
  if (isKnown) describeKept();

  it.each([{ NODE_DISABLE_COMPILE_CACHE: '1' }, { NODE_V8_COVERAGE: 'coverage' }])('is not kept with %o', (env) => {
    run({ env: 'NODE_V8_COVERAGE' in env ? { NODE_V8_COVERAGE: join(home, 'coverage') } : env });
    expect(readdirSync(folder)).not.toContain(kept);
  });

  it('is kept with the V8 of Node 20 only', () => {
    run();
    expect(readdirSync(folder).includes(kept)).toBe(isKnown);
  });
});
