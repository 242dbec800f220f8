import { type ChildProcess, spawn } from 'node:child_process';
import { once } from 'node:events';
import { existsSync } from 'node:fs';
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { createInterface } from 'node:readline';
import { setTimeout as delay } from 'node:timers/promises';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { type Model, storageModel } from './model.js';

const driver = fileURLToPath(new URL('driver.mjs', import.meta.url));
/** Of all policies together. `KILLS=500`: some ten minutes on two processors. */
const kills = Number(process.env.KILLS ?? 60);
/** Kills over one directory, which grows. */
const inOne = 15;

const batches = Array.from({ length: Math.ceil(kills / inOne) }, (_, batch) => {
  const fsync = (['always', 'batch', 'never'] as const)[batch % 3] ?? 'always';
  return { from: batch * inOne, to: Math.min(kills, (batch + 1) * inOne), fsync };
});
let acknowledged = 0;
let amid = 0;

test.each(batches)(
  'killed from $from to $to, with fsync $fsync: what was acknowledged is there once, deleted things are gone, nothing is half',
  async ({ from, to, fsync }) => {
    const directory = await mkdtemp(join(tmpdir(), 'storage-kills-'));
    const model = storageModel();
    for (let kill = from; kill < to; kill++) {
      const round = kill - from;
      // By turns after so many lines, from before the first to some hundred, and after so many milliseconds.
      // Each second round that begins with a reset ends amid it.
      const lines = round % 8 === 2 ? 0 : (kill * 37) % 400;
      const when = round % 2 === 0 ? { lines } : { milliseconds: (kill * 13) % 250 };
      // Now and then what a process that stands still has written is copied before it is killed.
      const copy = round % 3 === 2 ? `${directory}-copy` : undefined;
      if (await useUntilKilled({ directory, fsync, first: round * 1000, when, copy }, model)) amid++;
      if (copy !== undefined && existsSync(copy)) {
        await model.check(copy, fsync);
        await rm(copy, { recursive: true });
      }
      await model.check(directory, fsync);
    }
    acknowledged += model.acknowledged;
    await rm(directory, { recursive: true });
  },
);

test('most of them were killed amid work', () => {
  process.stdout.write(`${acknowledged} acknowledged; ${amid} of ${kills} kills amid work\n`);
  expect(amid).toBeGreaterThan(kills / 2);
});

interface When {
  readonly lines?: number;
  /** After it was opened. */
  readonly milliseconds?: number;
}

interface Use {
  readonly directory: string;
  readonly fsync: string;
  /** Number of its first piece of work. */
  readonly first: number;
  readonly when: When;
  /** Where the directory is copied to before the kill. */
  readonly copy: string | undefined;
}

/** Whether it was killed before it was done. */
async function useUntilKilled({ directory, fsync, first, when, copy }: Use, model: Model): Promise<boolean> {
  const child = spawn(process.execPath, [driver, directory, fsync, String(first), '300'], {
    stdio: ['ignore', 'pipe', 'inherit'],
  });
  const exit = once(child, 'exit');
  let killing: Promise<void> | undefined;
  const kill = (): void => {
    killing ??= stopAndKill(child, directory, copy);
  };
  let lines = 0;
  for await (const line of createInterface({ input: child.stdout })) {
    if (line.startsWith('S') && when.milliseconds !== undefined) setTimeout(kill, when.milliseconds);
    if (/^[BAF] .*\]$/.test(line)) model.hear(line);
    if (lines++ === when.lines) kill();
  }
  const [, signal] = await exit;
  await killing;
  return signal === 'SIGKILL';
}

async function stopAndKill(child: ChildProcess, directory: string, copy: string | undefined): Promise<void> {
  if (copy !== undefined && child.kill('SIGSTOP')) {
    while (await isMoving(child)) await delay(1);
    await cp(directory, copy, { recursive: true });
  }
  child.kill('SIGKILL');
}

/** A signal that stops a process reaches each of its threads a moment later. */
async function isMoving({ pid, exitCode, signalCode }: ChildProcess): Promise<boolean> {
  if (exitCode !== null || signalCode !== null || process.platform !== 'linux') return false;
  const tasks = await readdir(`/proc/${pid}/task`).catch((): string[] => []);
  const stats = await Promise.all(tasks.map((task) => readFile(`/proc/${pid}/task/${task}/stat`, 'latin1').catch(() => '')));
  return stats.some((stat) => stat !== '' && !/\) [TtZX] /.test(stat));
}
