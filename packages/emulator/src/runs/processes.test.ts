import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import { describe, expect, test } from 'vitest';
import { groupOf, inGroupOf } from './cgroup.js';
import { familyOf, familyOfRun, type ProcessRow, readProcesses, readPs, runMarker } from './processes.js';
import type { Run } from './run.js';
import { linesOf, lives, newDirectory, node, openRuns, processesOf, shell, until, wanted } from './testing/open-runs.js';

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
    ['a process with its marker', [row(50, 1, 50, 50, 'run')], 10, [50]],
    ['descendants of a process with its marker', [row(51, 50, 51, 51), row(50, 1, 50, 50, 'run')], 10, [50, 51]],
    ['a process that was found before', [{ ...row(70, 1, 70, 70), started: 'then' }], 10, [70]],
    ['not a process with the id of one that was found before', [{ ...row(70, 1, 70, 70), started: 'now' }], 10, []],
    ['a process with another sign', [row(80, 1, 80, 80), row(81, 80, 81, 81)], 10, [80, 81]],
    ['not a process of another run', [row(50, 1, 50, 50, 'other'), row(10, 1, 10, 10, 'run')], 10, [10]],
    ['not its parent', [row(1, 0, 1, 1), row(10, 1, 10, 10)], 10, [10]],
    ['not a process with the old id, if only the marker counts', [row(10, 1, 10, 10)], undefined, []],
    ['not this process', [row(process.pid, 1, 10, 10, 'run')], 10, []],
  ];
  test.each(rows)('%s', (_, processes, root, expected) => {
    expect(
      familyOf(processes, { runId: 'run', root, seen: new Map([[70, 'then']]), signs: new Set([80]) }).sort((a, b) => a - b),
    ).toEqual(expected);
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
      // Between fork and exec, the process is a copy of this process.
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

/**
 * Ways to outlive what started one. Each prints the number of the process that must not be left, and then makes the file SAID, which is
 * replaced by the path of one.
 */
const escapes: Record<string, string> = {
  'a child': 'sleep 300 & echo $!; : > SAID',
  'a child that takes no heed': 'sh -c \'trap "" TERM HUP INT; echo $$; : > SAID; sleep 300; sleep 300\' &',
  'a child in a session of its own': "setsid sh -c 'echo $$; : > SAID; exec sleep 300' &",
  'a grandchild whose parent is gone, in a session of its own': "(setsid sh -c 'echo $$; : > SAID; exec sleep 300' &)",
};
const unnamed = "setsid env -i /bin/sh -c 'echo $$; : > SAID; exec sleep 300' &";
/** Processes with only one sign: their open output, or the control group. */
const signless: Record<string, string> = {
  'an orphan without environment, in a session of its own': "(env -i setsid /bin/sh -c 'echo $$; : > SAID; exec sleep 300' &)",
  'one that holds its output by another number':
    "(env -i setsid /bin/sh -c 'echo $$; : > SAID; exec sleep 300 9>&1 >/dev/null 2>&1' &)",
  ...(inGroupOf('any', ['/bin/sh'], '/', process.env).length > 1 && {
    'one that holds nothing': "(env -i setsid /bin/sh -c 'echo $$; : > SAID; exec sleep 300 </dev/null >/dev/null 2>&1' &)",
  }),
};
groupOf('any').remove();

const endings: Record<string, readonly [after: string, status: Run['status']]> = {
  'has ended': ['', 'SUCCEEDED'],
  'has failed': ['exit 4', 'FAILED'],
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
  const known = { ...escapes, ...signless };
  const names = status === 'ABORTED' || status === 'TIMED-OUT' ? { ...known, 'a child without any sign': unnamed } : known;
  return Object.entries(names).map(([name, escaping]): [string, Leaving] => [
    `${name} of a command that ${ending}`,
    { escaping, last, status },
  ]);
});

if (onLinux)
  describe('nothing is left', () => {
    test.concurrent.each(leavings)('%s', async (_, { escaping, last, status }) => {
      const runs = await openRuns({ grace: 100 });
      const said = join(newDirectory(), 'said');
      const script = `${escaping.replaceAll('SAID', said)}\nuntil [ -e ${said} ]; do sleep 0.05; done\n${last}`;
      const run = await runs.start(wanted(shell(script), { timeoutSecs: status === 'TIMED-OUT' ? 10 : 3600 }));
      await until(async () => existsSync(said) && (await linesOf(runs, run)).length > 0, 'it has said its number');
      const [pid = ''] = await linesOf(runs, run);
      expect(Number(pid)).toBeGreaterThan(1);
      if (status === 'ABORTED') await runs.abort(run.id);
      expect((await runs.wait(run.id, Number.POSITIVE_INFINITY))?.status).toBe(status);
      expect([lives(pid), processesOf(run.id)]).toEqual([false, []]);
      expect(groupOf(run.id).remove()).toBe(true);
      await runs.close();
    });
  });

describe('a command that must end', () => {
  test('may do so by itself, when it is aborted gracefully', async () => {
    const runs = await openRuns({ grace: 10, longGrace: 600_000 });
    const script = `process.on('SIGTERM', () => setTimeout(() => { console.log('saved'); process.exit(0); }, 100));
      setInterval(() => {}, 1000); console.log('ready');`;
    const { id } = await runs.start(wanted(node(script)));
    const logOf = async () => linesOf(runs, { id } as Parameters<typeof linesOf>[1]);
    await until(async () => (await logOf()).includes('ready'), 'it is ready');
    expect(await runs.abort(id, { gracefully: true })).toMatchObject({ status: 'ABORTING' });
    expect(await runs.wait(id, Number.POSITIVE_INFINITY)).toMatchObject({ status: 'ABORTED', exitCode: 0 });
    expect(await logOf()).toEqual(['ready', 'saved', 'The run was aborted']);
    await runs.close();
  });

  test('is killed at once if it is aborted again without grace', async () => {
    const runs = await openRuns({ grace: 10, longGrace: 600_000 });
    const script = `process.on('SIGTERM', () => {}); setInterval(() => {}, 1000); console.log('ready');`;
    const { id } = await runs.start(wanted(node(script)));
    await until(async () => (await linesOf(runs, { id } as Run)).length > 0, 'it is ready');
    await runs.abort(id, { gracefully: true });
    await delay(50);
    expect(runs.get(id)?.status).toBe('ABORTING');
    await runs.abort(id);
    expect(await runs.wait(id, Number.POSITIVE_INFINITY)).toMatchObject({ status: 'ABORTED', exitCode: 137 });
    await runs.close();
  });
});

if (onLinux)
  test('memory and processor time of all its processes are measured', async () => {
    const runs = await openRuns();
    const busy = 'const kept = Buffer.alloc(50e6, 1); for (;;) kept[0]++'; // until it is killed
    const { id } = await runs.start(wanted(shell(`"${process.execPath}" -e '${busy}' & wait`)));
    const seen = () => runs.get(id)?.stats;
    await until(() => (seen()?.memMaxBytes ?? 0) > 50e6 && (seen()?.cpuMaxUsage ?? 0) > 0, 'its memory and its work are seen');
    await runs.abort(id);
    const run = await runs.wait(id, Number.POSITIVE_INFINITY);
    expect(run?.stats).toMatchObject({ memAvgBytes: expect.any(Number), memCurrentBytes: expect.any(Number) });
    expect(run?.stats.computeUnits).toBeGreaterThan(0);
    await runs.close();
  });
