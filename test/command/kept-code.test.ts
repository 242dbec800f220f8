import { spawnSync } from 'node:child_process';
import {
  cpSync,
  mkdirSync,
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
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { commandPath } from '../command.js';
import { pack, unpack } from './kept.js';

const kept = `export-process.cjs.${process.version}-${process.platform}-${process.arch}`;
/** Bytes at the end of the kept file that change with the file of the source. */
const STAMP = 32;
/** Code, source and kinds of runs. */
const PARTS = 3;
const keptKernel = kept.replace('export-process.cjs', 'kernel.wasm');
/** A copy of the command, which has not run yet. */
let home = '';
let folder = '';

beforeEach(() => {
  home = realpathSync(mkdtempSync(join(tmpdir(), 'dataset-items-kept-')));
  folder = join(home, 'dist');
  for (const name of ['main.cjs', 'export-process.cjs', 'kernel.wasm'])
    cpSync(join(dirname(commandPath), name), join(folder, name));
});
afterEach(() => rmSync(home, { recursive: true, force: true }));

function exported(
  env: NodeJS.ProcessEnv = {},
  flags: readonly string[] = ['--format', 'csv'],
): { status: number | null; stdout: string; stderr: string } {
  const { NODE_V8_COVERAGE, NODE_DISABLE_COMPILE_CACHE, ...plain } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [join(folder, 'main.cjs'), 'export', '--no-bom', ...flags], {
    input: '{"a":1}\n',
    encoding: 'utf8',
    env: { ...plain, ...env },
  });
  return { status, stdout, stderr };
}

const done = { status: 0, stdout: '"a"\r\n"1"\r\n', stderr: '' };

/** The kinds in a kept file. */
function kindsIn([, , kinds]: readonly Buffer[]): string[] {
  return String(kinds).split('\n');
}

/** Changes the written line end in a file of the command, without changing its length. */
function changeProgram(): void {
  const path = join(folder, 'export-process.cjs');
  const text = readFileSync(path, 'latin1');
  const changed = text.replaceAll('dataset-items: ', 'DATASET-ITEMS: ');
  expect(changed).not.toBe(text);
  writeFileSync(path, changed, 'latin1');
}

describe('the compiled code of the command', () => {
  it('is kept by the first export, and used by the next one', () => {
    expect(exported()).toEqual(done);
    expect(readdirSync(folder)).toContain(kept);
    const first = readFileSync(join(folder, kept));
    expect(exported()).toEqual(done);
    expect(readFileSync(join(folder, kept)).equals(first)).toBe(true);
  });

  it('is not used for another source of the same length', () => {
    exported();
    changeProgram();
    writeFileSync(join(folder, 'kernel.wasm'), '');
    expect(exported().stderr).toMatch(/^DATASET-ITEMS: error: /);
  });

  it('is not used for another source, whose text an export prints', () => {
    const missing = ['--format', 'csv', '--fields', 'a,b'];
    expect(exported({}, missing).stderr).toBe('dataset-items: warning: --fields: no record has the field `b`\n');
    changeProgram();
    expect(exported({}, missing).stderr).toBe('DATASET-ITEMS: warning: --fields: no record has the field `b`\n');
  });

  it('imports packages as the source does', () => {
    symlinkSync(join(dirname(commandPath), '..', 'node_modules'), join(home, 'node_modules'), 'junction');
    writeFileSync(join(home, 'items.jsonl'), '{"a":1}\n');
    for (let run = 0; run < 2; run++) {
      const arguments_ = [join(folder, 'main.cjs'), 'export', '--format', 'rss', 'it*.jsonl'];
      const { status, stdout, stderr } = spawnSync(process.execPath, arguments_, { cwd: home, encoding: 'utf8' });
      expect({ status, stderr }).toEqual({ status: 0, stderr: '' });
      expect(stdout).toContain('<item><a>1</a></item>');
    }
    expect(readdirSync(folder)).toContain(kept);
  });

  it('is made again for another source', () => {
    exported();
    const first = readFileSync(join(folder, kept));
    changeProgram();
    expect(exported()).toEqual(done);
    expect(readFileSync(join(folder, kept)).equals(first)).toBe(false);
    expect(exported()).toEqual(done);
  });

  it('that V8 rejects does no harm', () => {
    exported();
    const { parts, stamp } = unpack(readFileSync(join(folder, kept)), PARTS, STAMP);
    for (const code of [Buffer.alloc(0), Buffer.from('no code'), Buffer.alloc(100_000, 1)]) {
      writeFileSync(join(folder, kept), pack([code, ...parts.slice(1)], stamp));
      expect(exported()).toEqual(done);
      expect(unpack(readFileSync(join(folder, kept)), PARTS, STAMP).parts[0]?.length).toBeGreaterThan(code.length);
    }
  });

  it('gets what a run of another kind compiles', () => {
    const json = ['--format', 'json'];
    exported();
    const first = unpack(readFileSync(join(folder, kept)), PARTS, STAMP).parts;
    expect(exported({}, json)).toEqual({ status: 0, stdout: '[{\n  "a": 1\n}]', stderr: '' });
    const whole = readFileSync(join(folder, kept));
    const second = unpack(whole, PARTS, STAMP).parts;
    expect(second[0]?.length).toBeGreaterThan(first[0]?.length ?? 0);
    expect(kindsIn(second)).toEqual(['export --format --no-bom csv', 'export --format --no-bom json']);
    expect(exported()).toEqual(done);
    exported({}, json);
    expect(readFileSync(join(folder, kept)).equals(whole)).toBe(true);
    const large = join(home, 'items.jsonl');
    writeFileSync(large, '{"a":1}\n'.repeat(600_000));
    exported({}, [...json, '--output', join(home, 'out.json'), large]);
    const { parts } = unpack(readFileSync(join(folder, kept)), PARTS, STAMP);
    expect(kindsIn(parts).slice(2)).toEqual(['export --format --no-bom --output json jsonl large']);
  });

  it('gets it of 32 kinds at most', () => {
    exported();
    const { parts, stamp } = unpack(readFileSync(join(folder, kept)), PARTS, STAMP);
    const [code = stamp, source = stamp] = parts;
    const kinds = (count: number) => Array.from({ length: count }, (_, kind) => `kind ${kind}`);
    const exportedWith = (known: readonly string[]): string[] => {
      writeFileSync(join(folder, kept), pack([code, source, Buffer.from(known.join('\n'))], stamp));
      expect(exported()).toEqual(done);
      return kindsIn(unpack(readFileSync(join(folder, kept)), PARTS, STAMP).parts);
    };
    expect(exportedWith(kinds(31))).toEqual([...kinds(31), 'export --format --no-bom csv']);
    expect(exportedWith(kinds(32))).toEqual(kinds(32));
  });

  it.each([0, 1, STAMP - 1, STAMP, STAMP + 1, 1000, 400_000])(
    'of which only the last %d bytes are there does no harm',
    (length) => {
      exported();
      const whole = readFileSync(join(folder, kept));
      writeFileSync(join(folder, kept), whole.subarray(whole.length - length));
      expect(exported()).toEqual(done);
    },
  );

  it('is kept for the same source in another file, as after a copy, with the facts of that file', () => {
    exported();
    const first = readFileSync(join(folder, kept));
    utimesSync(join(folder, 'export-process.cjs'), 1, 1);
    expect(exported()).toEqual(done);
    const second = readFileSync(join(folder, kept));
    expect(second.subarray(0, -STAMP).equals(first.subarray(0, -STAMP))).toBe(true);
    expect(second.equals(first)).toBe(false);
    expect(exported()).toEqual(done);
    expect(readFileSync(join(folder, kept)).equals(second)).toBe(true);
  });

  it('comes with the source, which is not read again while its file stays as it is', () => {
    exported();
    const whole = readFileSync(join(folder, kept), 'latin1');
    const changed = whole.replaceAll('dataset-items: ', 'DATASET-ITEMS: ');
    expect(changed).not.toBe(whole);
    writeFileSync(join(folder, kept), changed, 'latin1');
    writeFileSync(join(folder, 'kernel.wasm'), '');
    expect(exported().stderr).toMatch(/^DATASET-ITEMS: error: /);
    utimesSync(join(folder, 'export-process.cjs'), 1, 1);
    expect(exported().stderr).toMatch(/^dataset-items: error: /);
  });

  it('is not kept where it cannot be written, and nothing is left there', () => {
    mkdirSync(join(folder, kept, 'full'), { recursive: true });
    expect(exported()).toEqual(done);
    const present = readdirSync(folder).filter((name) => name !== keptKernel);
    expect(present.sort()).toEqual(['export-process.cjs', kept, 'kernel.wasm', 'main.cjs'].sort());
  });

  it.each(['NODE_DISABLE_COMPILE_CACHE', 'NODE_V8_COVERAGE'])('is neither kept nor used with %s', (name) => {
    expect(exported({ [name]: join(home, 'coverage') })).toEqual(done);
    expect(readdirSync(folder)).not.toContain(kept);
  });
});
