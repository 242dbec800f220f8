import { spawn } from 'node:child_process';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { familyOf, familyOfRun, type ProcessRow, readProcesses, readPs, runMarker } from './processes.js';
import type { Run } from './run.js';
import { linesOf, lives, node, openRuns, processesOf, shell, until, wanted } from './testing/open-runs.js';

const onLinux = process.platform === 'linux';

describe('the family of a run', () => {
  const row = (pid: number, parent: number, group: number, session: number, runId?: string): ProcessRow => ({
    pid,
    parent,
    group,
    session,
    ...(runId !== undefined && { runId }),
  });
  const rows: readonly [string, readonly ProcessRow[], number | undefined, number[]][] = [
    ['the process that was started', [row(10, 1, 10, 10)], 10, [10]],
    ['its descendants, whatever their order', [row(12, 11, 12, 12), row(11, 10, 11, 11), row(10, 1, 10, 10)], 10, [10, 11, 12]],
    ['its group, when it is gone', [row(11, 1, 10, 3)], 10, [11]],
    ['its session, when it is gone', [row(11, 1, 11, 10)], 10, [11]],
    ['whatever has its marker', [row(50, 1, 50, 50, 'run')], 10, [50]],
    ['descendants of what has its marker', [row(51, 50, 51, 51), row(50, 1, 50, 50, 'run')], 10, [50, 51]],
    ['what was seen before', [{ ...row(70, 1, 70, 70), started: 'then' }], 10, [70]],
    ['not what has the number of what was seen before', [{ ...row(70, 1, 70, 70), started: 'now' }], 10, []],
    ['not what is of another run', [row(50, 1, 50, 50, 'other'), row(10, 1, 10, 10, 'run')], 10, [10]],
    ['not its parent', [row(1, 0, 1, 1), row(10, 1, 10, 10)], 10, [10]],
    ['not what has its old number, when only the marker counts', [row(10, 1, 10, 10)], undefined, []],
    ['not this process', [row(process.pid, 1, 10, 10, 'run')], 10, []],
  ];
  test.each(rows)('%s', (_, processes, root, expected) => {
    expect(familyOf(processes, { runId: 'run', root, seen: new Map([[70, 'then']]) }).sort((a, b) => a - b)).toEqual(expected);
  });
});

if (process.platform !== 'win32')
  test.each([
    ['readProcesses', readProcesses],
    ['readPs', readPs],
  ])('%s sees a process with its parent, group and marker', async (_, read) => {
    const runId = 'Aaaaaaaaaaaaaaaa1';
    const env = { ...process.env, [runMarker]: runId };
    const child = spawn(process.execPath, ['-e', 'setInterval(() => {}, 1000)'], { detached: true, stdio: 'ignore', env });
    try {
      const pid = child.pid as number;
      // Between fork and exec it is a copy of this process.
      await until(async () => (await read()).some((row) => row.runId === runId), 'it is seen');
      expect((await read()).filter((row) => row.runId === runId)).toEqual([
        expect.objectContaining({ pid, parent: process.pid, group: pid, runId }),
      ]);
      expect(await familyOfRun(runId).kill()).toEqual([]);
      await until(() => child.signalCode !== null, 'it is killed');
    } finally {
      child.kill('SIGKILL');
    }
  });

/** Ways to outlive what started one. Each prints the number of the process that must not be left. */
const escapes: Record<string, string> = {
  'a child': 'sleep 300 & echo $!',
  'a child that takes no heed': 'sh -c \'trap "" TERM HUP INT; echo $$; sleep 300; sleep 300\' &',
  'a child in a session of its own': "setsid sh -c 'echo $$; exec sleep 300' &",
  'a grandchild whose parent is gone, in a session of its own': "(setsid sh -c 'echo $$; exec sleep 300' &)",
};
const unnamed = "setsid env -i /bin/sh -c 'echo $$; exec sleep 300' &";

const endings: Record<string, readonly [after: string, status: Run['status']]> = {
  'has ended': ['sleep 0.3', 'SUCCEEDED'],
  'has failed': ['sleep 0.3; exit 4', 'FAILED'],
  'is aborted': ['sleep 300', 'ABORTED'],
  'timed out': ['sleep 300', 'TIMED-OUT'],
  'does not end when it is asked to': ["trap '' TERM; sleep 300; sleep 300", 'ABORTED'],
};

interface Leaving {
  readonly escaping: string;
  readonly last: string;
  readonly status: Run['status'];
}

const leavings = Object.entries(endings).flatMap(([ending, [last, status]]) => {
  const names = status === 'ABORTED' || status === 'TIMED-OUT' ? { ...escapes, 'a child without any sign': unnamed } : escapes;
  return Object.entries(names).map(([name, escaping]): [string, Leaving] => [
    `${name} of a command that ${ending}`,
    { escaping, last, status },
  ]);
});

if (onLinux)
  describe('nothing is left', () => {
    test.concurrent.each(leavings)('%s', async (_, { escaping, last, status }) => {
      const runs = await openRuns({ grace: 100 });
      const run = await runs.start(wanted(shell(`${escaping}\n${last}`), { timeoutSecs: status === 'TIMED-OUT' ? 1 : 60 }));
      await until(() => runs.log(run.id)?.size, 'it has said its number');
      const [pid = ''] = await linesOf(runs, run);
      expect(lives(pid)).toBe(true);
      if (status === 'ABORTED') await runs.abort(run.id);
      expect((await runs.wait(run.id, 30_000))?.status).toBe(status);
      expect([lives(pid), processesOf(run.id)]).toEqual([false, []]);
      await runs.close();
    });
  });

describe('a command that is asked to end', () => {
  test('may do so by itself, when it is aborted gracefully', async () => {
    const runs = await openRuns({ grace: 10, longGrace: 20_000 });
    const script = `process.on('SIGTERM', () => setTimeout(() => { console.log('saved'); process.exit(0); }, 100));
      setInterval(() => {}, 1000); console.log('ready');`;
    const { id } = await runs.start(wanted(node(script)));
    const logOf = async () => linesOf(runs, { id } as Parameters<typeof linesOf>[1]);
    await until(async () => (await logOf()).includes('ready'), 'it is ready');
    expect(await runs.abort(id, { gracefully: true })).toMatchObject({ status: 'ABORTING' });
    expect(await runs.wait(id, 30_000)).toMatchObject({ status: 'ABORTED', exitCode: 0 });
    expect(await logOf()).toEqual(['ready', 'saved', 'The run was aborted']);
    await runs.close();
  });

  test('is killed at once when it is aborted again without grace', async () => {
    const runs = await openRuns({ grace: 10, longGrace: 600_000 });
    const script = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');`;
    const { id } = await runs.start(wanted(node(script)));
    await until(async () => runs.get(id) && (runs.log(id)?.size ?? 0) > 0, 'it is ready');
    await runs.abort(id, { gracefully: true });
    await delay(50);
    expect(runs.get(id)?.status).toBe('ABORTING');
    await runs.abort(id);
    expect(await runs.wait(id, 30_000)).toMatchObject({ status: 'ABORTED', exitCode: 137 });
    await runs.close();
  });
});

if (onLinux)
  test('memory and processor time of all its processes are measured', async () => {
    const runs = await openRuns();
    const busy = `const kept = Buffer.alloc(50e6, 1); for (const end = Date.now() + 600; Date.now() < end;); setTimeout(() => kept, 60000)`;
    const { id } = await runs.start(wanted(shell(`"${process.execPath}" -e '${busy}' & wait`)));
    await until(() => (runs.get(id)?.stats.memMaxBytes ?? 0) > 50e6, 'its memory is seen');
    await runs.abort(id);
    const run = await runs.wait(id, 30_000);
    expect(run?.stats).toMatchObject({ memAvgBytes: expect.any(Number), memCurrentBytes: expect.any(Number) });
    expect(run?.stats.cpuMaxUsage).toBeGreaterThan(5);
    expect(run?.stats.computeUnits).toBeGreaterThan(0);
    await runs.close();
  });
