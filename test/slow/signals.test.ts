import { spawn, spawnSync } from 'node:child_process';
import { mkdirSync, mkdtempSync, readdirSync, readFileSync, rmSync, statSync } from 'node:fs';
import { constants, tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as pause } from 'node:timers/promises';
import { afterAll, beforeAll, describe, expect, it, onTestFinished } from 'vitest';
import { commandPath, runCommand } from '../command.js';
import { writeBigFile } from './big-file.js';

const RUNS = 10;
const seed = Number(process.env.SIGNAL_SEED ?? Date.now() % 2 ** 31);
const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-signals-'));
const big = join(scratch, 'big.jsonl');
let whole: Buffer;
let milliseconds: number;

beforeAll(async () => {
  process.stdout.write(`signals: SIGNAL_SEED=${seed}\n`);
  const size = await writeBigFile(big, 500_000);
  expect(size).toBeGreaterThan(50e6);
  const started = performance.now();
  const { status } = await runCommand(['export', big, '-o', join(scratch, 'whole.csv')]);
  milliseconds = performance.now() - started;
  expect(status).toBe(0);
  whole = readFileSync(join(scratch, 'whole.csv'));
});

afterAll(() => {
  try {
    if (mayMount) expect(spawnSync('umount', [join(scratch, 'disk')]).status).toBe(0);
  } finally {
    rmSync(scratch, { recursive: true, force: true });
  }
});

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function randomNumbers(from: number): () => number {
  let state = from;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

interface Ended {
  readonly code: number | null;
  readonly signal: NodeJS.Signals | null;
  readonly stderr: string;
}

/** Whether a process handles a signal itself. Known on Linux only; elsewhere the answer is yes. */
function handles(pid: number | undefined, signal: NodeJS.Signals): boolean {
  if (process.platform !== 'linux') return true;
  const [, caught = '0'] = /^SigCgt:\s*(\w+)$/m.exec(readFileSync(`/proc/${pid}/status`, 'utf8')) ?? [];
  return ((BigInt(`0x${caught}`) >> BigInt(constants.signals[signal] - 1)) & 1n) === 1n;
}

interface Moment {
  /** Milliseconds. */
  readonly delay: number;
  /** Count the delay from the moment when the command handles the signal. Otherwise it counts from the start of the process. */
  readonly whenHandled?: boolean;
}

/** Runs an export and sends it a signal. */
async function stopAfter(args: readonly string[], signal: NodeJS.Signals, { delay, whenHandled }: Moment): Promise<Ended> {
  const child = spawn(process.execPath, [commandPath, 'export', ...args], { stdio: ['ignore', 'ignore', 'pipe'] });
  let stderr = '';
  child.stderr.setEncoding('utf8').on('data', (text: string) => {
    stderr += text;
  });
  const ended = new Promise<Ended>((resolve, reject) => {
    child.once('error', reject);
    child.once('close', (code, by) => resolve({ code, signal: by, stderr }));
  });
  const isUnderWay = (): boolean => child.exitCode === null && child.signalCode === null;
  while (whenHandled && isUnderWay() && !handles(child.pid, signal)) await pause(1);
  await Promise.race([ended, pause(delay)]);
  child.kill(signal);
  return ended;
}

if (process.platform !== 'win32')
  describe('a signal at any moment', () => {
    const statuses = { SIGINT: 130, SIGTERM: 143, SIGHUP: 129 } as const;

    it.each([
      ...Object.keys(statuses).map((signal) => [signal as NodeJS.Signals, 'out.csv'] as const),
      ['SIGTERM', 'out.csv.gz'] as const,
    ])('%s while writing %s leaves the whole file or none, and nothing beside it', async (signal, name) => {
      const random = randomNumbers(seed);
      const seen: string[] = [];
      for (let run = 0; run < RUNS; run++) {
        const { target, temporary, ended } = await stopOnce(
          signal,
          name,
          run % 2 === 0
            ? { delay: 100 + random() * milliseconds }
            : { delay: run === 1 ? 0 : random() * milliseconds, whenHandled: true },
        );
        const { code, stderr } = ended;
        seen.push(`${code ?? ended.signal}`);
        expect(readdirSync(temporary)).toEqual([]);
        // Before the command listens and after it is done, Node itself handles the signal.
        if (code === null) expect([ended.signal, readdirSync(target).every((left) => left === name)]).toEqual([signal, true]);
        else if (code === 0) expect(readdirSync(target)).toEqual([name]);
        else {
          expect([code, stderr]).toEqual([
            statuses[signal as keyof typeof statuses],
            `dataset-items: error: stopped by ${signal}\n`,
          ]);
          expect(readdirSync(target)).toEqual([]);
        }
        if (name === 'out.csv')
          for (const left of readdirSync(target)) expect(readFileSync(join(target, left)).equals(whole)).toBe(true);
      }
      process.stdout.write(`${signal}, ${name}: ended with ${seen.join(' ')}\n`);
      expect(seen).toContain(String(statuses[signal as keyof typeof statuses]));
    });

    it('SIGKILL leaves the whole file or none; beside it at most what was written so far', async () => {
      const random = randomNumbers(seed);
      const seen: string[] = [];
      for (let run = 0; run < RUNS; run++) {
        const { target, temporary, ended } = await stopOnce('SIGKILL', 'out.csv', { delay: 100 + random() * milliseconds });
        const left = readdirSync(target);
        seen.push(`${ended.code ?? ended.signal} (${left.length})`);
        // If files cannot be opened without a name, a kill between opening and unlinking leaves an empty file.
        expect(readdirSync(temporary).filter((name) => statSync(join(temporary, name)).size > 0)).toEqual([]);
        expect(left.filter((name) => name !== 'out.csv' && !/^\.[0-9a-f]{12}\.partial$/.test(name))).toEqual([]);
        if (left.includes('out.csv')) expect(readFileSync(join(target, 'out.csv')).equals(whole)).toBe(true);
      }
      process.stdout.write(`SIGKILL: ended with, files left: ${seen.join(', ')}\n`);
    });

    it('ends an export that waits for the reader of standard output', async () => {
      const child = spawn(process.execPath, [commandPath, 'export', big, '--format', 'jsonl'], {
        stdio: ['ignore', 'pipe', 'pipe'],
      });
      const closed = new Promise((resolve) => child.once('exit', (code, signal) => resolve(code ?? signal)));
      await new Promise((resolve) => child.stdout.once('readable', resolve));
      await new Promise((resolve) => setTimeout(resolve, 500));
      child.kill('SIGTERM');
      onTestFinished(() => void child.kill('SIGKILL'));
      expect(await closed).toBe(143);
    });

    let runs = 0;
    async function stopOnce(signal: NodeJS.Signals, name: string, moment: Moment) {
      const target = join(scratch, `target-${runs}`);
      const temporary = join(scratch, `temporary-${runs++}`);
      mkdirSync(target);
      mkdirSync(temporary);
      const args = [big, '-o', join(target, name), '--temporary-directory', temporary];
      return { target, temporary, ended: await stopAfter(args, signal, moment) };
    }
  });

/** Mounts a disk of 1 MB, if this process is allowed to. */
function mountDisk(directory: string): boolean {
  if (process.platform !== 'linux' || process.getuid?.() !== 0) return false;
  mkdirSync(directory, { recursive: true });
  return spawnSync('mount', ['-t', 'tmpfs', '-o', 'size=1m', 'tmpfs', directory]).status === 0;
}

const mayMount = mountDisk(join(scratch, 'disk'));

if (mayMount)
  describe('a full disk of 1 MB', () => {
    const disk = join(scratch, 'disk');

    it.each(['out.csv', 'out.jsonl', 'out.json.gz', 'out.xlsx'])(
      'under %s: status 74, the place named, nothing left',
      async (name) => {
        const path = join(disk, name);
        const { status, stderr } = await runCommand(['export', big, '-o', path]);
        expect([status, stderr]).toEqual([74, `dataset-items: error: ${path}: cannot be written: no space left on device\n`]);
        expect(readdirSync(disk)).toEqual([]);
      },
    );

    it('under --temporary-directory: status 74, the place named, nothing left', async () => {
      const target = join(scratch, 'beside');
      mkdirSync(target);
      const { status, stderr } = await runCommand(['export', big, '-o', join(target, 'out.csv'), '--temporary-directory', disk]);
      const reason = 'cannot keep a temporary file there: no space left on device';
      expect([status, stderr]).toEqual([74, `dataset-items: error: ${disk}: ${reason}\n`]);
      expect([readdirSync(disk), readdirSync(target)]).toEqual([[], []]);
    });
  });

if (!mayMount && process.platform === 'linux')
  describe('a full disk, /dev/full as none may be mounted here', () => {
    it('under -o: status 74, the place named', async () => {
      const { status, stderr } = await runCommand(['export', big, '--format', 'csv', '-o', '/dev/full']);
      expect([status, stderr]).toEqual([74, 'dataset-items: error: /dev/full: cannot be written: no space left on device\n']);
    });
  });
