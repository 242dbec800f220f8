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

const kept = `export-process.cjs.${process.version}-${process.platform}-${process.arch}`;
/** Bytes at the end of the kept file that change with the file of the source. */
const STAMP = 32;
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
  flags: readonly string[] = [],
): { status: number | null; stdout: string; stderr: string } {
  const { NODE_V8_COVERAGE, NODE_DISABLE_COMPILE_CACHE, ...plain } = process.env;
  const { status, stdout, stderr } = spawnSync(
    process.execPath,
    [join(folder, 'main.cjs'), 'export', '--format', 'csv', '--no-bom', ...flags],
    {
      input: '{"a":1}\n',
      encoding: 'utf8',
      env: { ...plain, ...env },
    },
  );
  return { status, stdout, stderr };
}

const done = { status: 0, stdout: '"a"\r\n"1"\r\n', stderr: '' };

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
    const missing = ['--fields', 'a,b'];
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
    const source = readFileSync(join(folder, 'export-process.cjs'));
    const stamp = readFileSync(join(folder, kept)).subarray(-STAMP);
    for (const code of [Buffer.alloc(0), Buffer.from('no code'), Buffer.alloc(100_000, 1)]) {
      writeFileSync(join(folder, kept), Buffer.concat([code, source, stamp]));
      expect(exported()).toEqual(done);
    }
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
