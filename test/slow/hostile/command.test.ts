import { execFileSync, spawn } from 'node:child_process';
import { existsSync, lstatSync, readFileSync, symlinkSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { join } from 'node:path';
import { gunzipSync } from 'node:zlib';
import { describe, expect, test } from 'vitest';
import { inDirectory, namesIn, textIn } from '../../command/scratch.js';
import { endOf, startCommand, startEmulator, until } from '../../command/started.js';
import { runCommand } from '../../command.js';

const items = Array.from({ length: 20_000 }, (_, n) => `{"n":${n},"text":"${'x'.repeat(50)}"}\n`).join('');
const onPosix = process.platform !== 'win32';
const onLinux = process.platform === 'linux';
const statuses = { SIGTERM: 143, SIGINT: 130, SIGHUP: 129 } as const;

const makeFifo = (path: string): void => void execFileSync('mkfifo', [path]);
const pause = (milliseconds: number) => new Promise((resolve) => setTimeout(resolve, milliseconds));

if (onPosix)
  describe('a pipe without another end ends at a signal', () => {
    const blocking: Record<string, readonly string[]> = {
      'the output': ['export', 'in.jsonl', '-o', 'f.csv', '--quiet'],
      'a compressed output': ['export', 'in.jsonl', '--format', 'csv', '-o', 'f.csv', '--force', '--quiet'],
      'the report': ['export', 'in.jsonl', '-o', 'x.csv', '--report', 'f.csv', '--quiet'],
      'the input': ['export', 'f.csv', '--quiet'],
      'the input, backwards': ['export', 'f.csv', '--desc', '--format', 'json', '--quiet'],
      'the second input': ['export', 'in.jsonl', 'f.csv', '-o', 'x.csv', '--quiet'],
      'the input of inspect': ['inspect', 'f.csv', '--quiet'],
      'an item in a directory': ['export', 'items', '-o', 'x.csv', '--quiet'],
      'the schema': ['export', 'in.jsonl', '--view', 'a', '--schema', 'f.csv', '--quiet'],
      'the manifest of a schema': ['export', 'in.jsonl', '--view', 'a', '--schema', 'actor', '--quiet'],
      'the configuration of an emulator': ['start', '--port', '0', '--in-memory', '--config', 'f.csv', '--quiet'],
      'a seed': ['start', '--port', '0', '--in-memory', '--seed', 'f.csv', '--quiet'],
      'a seed of exec': ['exec', '--seed', 'f.csv', '--', 'true'],
      'what is converted': ['convert-storage', 'storage'],
    };
    const rows = Object.entries(blocking).flatMap(([name, args]) =>
      (Object.keys(statuses) as (keyof typeof statuses)[]).map((signal) => [`${name}, ${signal}`, args, signal] as const),
    );
    test.each(rows)('%s', async (_, args, signal) => {
      await inDirectory({ 'in.jsonl': items }, async (cwd) => {
        for (const name of ['items', 'actor', 'storage']) await mkdir(join(cwd, name));
        const pipes = ['f.csv', 'items/1.json', 'actor/actor.json', 'storage/storage.json'];
        for (const pipe of pipes) makeFifo(join(cwd, pipe));
        const before = namesIn(cwd);
        const started = startCommand(args, { cwd });
        await pause(700);
        started.child.kill(signal);
        // A second signal ends the command at once. A pipe that cannot be opened for reading waits for it, or for some seconds.
        await pause(300);
        started.child.kill(signal);
        expect([statuses[signal], signal]).toContain(await endOf(started));
        expect(namesIn(cwd).filter((name) => name !== 'x.csv')).toEqual(before);
      });
    });

    test('a plugin that is a pipe is refused', async () => {
      await inDirectory({ 'in.jsonl': items }, async (cwd) => {
        makeFifo(join(cwd, 'f.mjs'));
        const started = startCommand(['export', 'in.jsonl', '--format', 'csv', '--plugin', 'f.mjs'], { cwd });
        expect([await endOf(started), started.stderr()]).toEqual([66, expect.stringContaining('it is a named pipe')]);
      });
    });
  });

if (onPosix)
  describe('a pipe', () => {
    test('is written as soon as it has a reader', async () => {
      await inDirectory({ 'in.jsonl': items }, async (cwd) => {
        makeFifo(join(cwd, 'f.jsonl.gz'));
        const started = startCommand(['export', 'in.jsonl', '-o', 'f.jsonl.gz', '--quiet'], { cwd });
        await pause(500);
        const reader = spawn('cat', ['f.jsonl.gz'], { cwd, stdio: ['ignore', 'pipe', 'inherit'] });
        const chunks: Buffer[] = [];
        for await (const chunk of reader.stdout) chunks.push(chunk);
        expect(gunzipSync(Buffer.concat(chunks)).toString()).toBe(items);
        expect(await endOf(started)).toBe(0);
      });
    });

    test('whose reader ends early ends without an error', async () => {
      await inDirectory({ 'in.jsonl': items }, async (cwd) => {
        makeFifo(join(cwd, 'f.jsonl'));
        const started = startCommand(['export', 'in.jsonl', '-o', 'f.jsonl', '--quiet'], { cwd });
        spawn('head', ['-c', '10', 'f.jsonl'], { cwd, stdio: 'ignore' });
        expect([await endOf(started), started.stderr()]).toEqual([0, '']);
      });
    });

    test('whose reader does not read ends at a signal', async () => {
      await inDirectory({ 'in.jsonl': items }, async (cwd) => {
        makeFifo(join(cwd, 'f.jsonl'));
        const reader = spawn('sh', ['-c', 'exec 3<f.jsonl; echo open; exec sleep 100'], {
          cwd,
          stdio: ['ignore', 'pipe', 'ignore'],
        });
        const started = startCommand(['export', 'in.jsonl', '-o', 'f.jsonl', '--quiet'], { cwd });
        await new Promise((resolve) => reader.stdout.once('data', resolve));
        await pause(500);
        started.child.kill('SIGTERM');
        expect(await endOf(started)).toBe(143);
        reader.kill('SIGKILL');
      });
    });
  });

if (onPosix)
  describe('a link as the output', () => {
    const links: Record<string, { readonly links: Readonly<Record<string, string>>; readonly end: string }> = {
      'leads to nothing': { links: { 'out.jsonl': 'target.jsonl' }, end: 'target.jsonl' },
      'leads to nothing in another directory': { links: { 'out.jsonl': 'deep/target.jsonl' }, end: 'deep/target.jsonl' },
      'leads over others to nothing': { links: { 'out.jsonl': 'deep/b', 'deep/b': '../c', c: 'd.jsonl' }, end: 'd.jsonl' },
    };
    const rows = Object.keys(links).flatMap((name) => [[], ['--force']].map((flags) => [name, flags] as const));
    test.each(rows)('%s, %j: its target is written, and the link is kept', async (name, flags) => {
      await inDirectory({ 'in.jsonl': '{"a":1}\n' }, async (cwd) => {
        await mkdir(join(cwd, 'deep'));
        const { links: made, end } = links[name] as (typeof links)[string];
        for (const [path, to] of Object.entries(made)) symlinkSync(to, join(cwd, path));
        const { status, stderr } = await runCommand(['export', 'in.jsonl', '-o', 'out.jsonl', ...flags, '--quiet'], { cwd });
        expect([status, stderr, textIn(cwd, end)]).toEqual([0, '', '{"a":1}\n']);
        expect(lstatSync(join(cwd, 'out.jsonl')).isSymbolicLink()).toBe(true);
      });
    });

    test('to itself: refused', async () => {
      await inDirectory({ 'in.jsonl': '{"a":1}\n' }, async (cwd) => {
        symlinkSync('out.jsonl', join(cwd, 'out.jsonl'));
        const { status, stderr } = await runCommand(['export', 'in.jsonl', '-o', 'out.jsonl'], { cwd });
        expect([status, stderr]).toEqual([74, expect.stringContaining('too many symbolic links')]);
      });
    });
  });

describe('a name of the maximum length', () => {
  test.each([
    ['230 bytes', 'a'.repeat(230 - 6)],
    ['252 bytes', 'a'.repeat(252 - 6)],
    ['255 bytes', 'a'.repeat(255 - 6)],
    ['255 bytes of longer characters', `a${'é'.repeat(124)}`],
  ])('%s', async (_, stem) => {
    await inDirectory({ 'in.jsonl': '{"a":1}\n' }, async (cwd) => {
      const { status, stderr } = await runCommand(['export', 'in.jsonl', '-o', `${stem}.jsonl`], { cwd });
      expect([status, stderr]).toEqual([0, '']);
      expect(namesIn(cwd)).toEqual([`${stem}.jsonl`, 'in.jsonl'].sort());
    });
  });
});

describe('a failed call to the system is reported without a stack', () => {
  test.each<[string, readonly string[], number]>([
    ['storage in a directory that is not writable', ['start', '--port', '0', '--storage', '/sys/nothing'], 74],
    ['storage in a file', ['start', '--port', '0', '--storage', '/etc/hostname/x'], 74],
    ['storage in a place that takes no directory', ['start', '--port', '0', '--storage', '/proc/nothing'], 74],
    ['storage below a place that takes no directory', ['start', '--port', '0', '--storage', '/proc/no/where'], 74],
    ['storage that is a file', ['start', '--port', '0', '--storage', 'in.jsonl'], 74],
    ['a database that is a file', ['start', '--port', '0', '--storage', 'database'], 74],
    ['datasets that are a file', ['start', '--port', '0', '--storage', 'datasets'], 74],
    ['runs that are a file', ['start', '--port', '0', '--storage', 'runs'], 74],
    ['a storage.json that is a directory', ['start', '--port', '0', '--storage', 'session'], 66],
    ['what is converted in a place that takes no directory', ['convert-storage', '/proc/nothing'], 69],
    ['the output in a missing directory', ['export', 'in.jsonl', '-o', 'no/where.csv'], 74],
    ['the report in a missing directory', ['export', 'in.jsonl', '-o', 'x.csv', '--report', 'no/where.json'], 74],
    [
      'temporary files in a missing directory',
      ['export', 'in.jsonl', '-o', 'x.csv', '--temporary-directory', '/proc/nothing'],
      74,
    ],
  ])('%s', async (_, args, expected) => {
    const files = {
      'in.jsonl': `${items}${`{"long":"${'y'.repeat(1e6)}"}\n`.repeat(9)}`,
      'database/database': '',
      'datasets/datasets': '',
      'runs/runs': '',
      'session/storage.json/x': '',
    };
    await inDirectory(files, async (cwd) => {
      const started = startCommand(args, { cwd });
      expect([await endOf(started), started.stderr()]).toEqual([expected, expect.stringMatching(/error: .+: .+/)]);
      const stderr = started.stderr();
      expect(stderr).not.toMatch(/\n\s+at /);
    });
  });
});

const lives = (pid: string): boolean => existsSync(`/proc/${pid}`) && !/\) Z/.test(readFileSync(`/proc/${pid}/stat`, 'latin1'));

if (onLinux)
  describe('exec ends all processes that it started', () => {
    const shapes: Record<string, string> = {
      'a child that the command waits for': 'sh -c "echo \\$\\$ >> pids; exec sleep 300"; echo done',
      'a child behind it': 'sh -c "echo \\$\\$ >> pids; exec sleep 300" & wait',
      'a child in a session of its own': 'setsid sh -c "echo \\$\\$ >> pids; exec sleep 300" & sleep 300',
      'an orphan': '(setsid sh -c "echo \\$\\$ >> pids; exec sleep 300" &); sleep 300',
      'a child that takes no heed': 'sh -c "trap \\"\\" TERM HUP INT; echo \\$\\$ >> pids; sleep 300; sleep 300" & sleep 300',
    };
    const rows = Object.keys(shapes).flatMap((shape) =>
      (['SIGTERM', 'SIGHUP', 'SIGINT'] as const).map((name) => [shape, name] as const),
    );
    test.each(rows)('%s, at %s', async (shape, name) => {
      await inDirectory({}, async (cwd) => {
        const started = startCommand(['exec', '--', 'sh', '-c', shapes[shape] as string], { cwd });
        await until(started, () => (existsSync(join(cwd, 'pids')) && textIn(cwd, 'pids').trim()) || undefined);
        started.child.kill(name);
        await endOf(started);
        expect(lives(textIn(cwd, 'pids').trim())).toBe(false);
      });
    });

    test('processes that the command leaves behind', async () => {
      await inDirectory({}, async (cwd) => {
        const script =
          '(setsid sh -c "echo \\$\\$ > pids; exec sleep 300" >/dev/null 2>&1 &); while [ ! -s pids ]; do :; done; exit 3';
        const { status } = await runCommand(['exec', '--', 'sh', '-c', script], { cwd });
        expect([status, lives(textIn(cwd, 'pids').trim())]).toEqual([3, false]);
      });
    });
  });

describe('a signal ends the emulator, whatever is in progress', () => {
  test('requests that are pipelined and never read, pushes that never end', async () => {
    const { connect } = await import('node:net');
    const started = await startEmulator(['--in-memory']);
    const { port } = new URL(started.url);
    await fetch(`${started.url}/v2/datasets?name=box`, { method: 'POST' });
    await fetch(`${started.url}/v2/datasets/box/items`, {
      method: 'POST',
      body: `[${'{"text":"lorem ipsum dolor"},'.repeat(99_999)}{}]`,
    });
    const sockets = Array.from({ length: 10 }, (_, n) => {
      const socket = connect(Number(port), '127.0.0.1');
      socket.on('error', () => {});
      const get = `GET /v2/datasets/box/items?format=${n % 2 === 0 ? 'csv' : 'xlsx'} HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\n\r\n`;
      const push = `POST /v2/datasets/box/items HTTP/1.1\r\nHost: 127.0.0.1:${port}\r\nContent-Length: 1000000\r\n\r\n[`;
      socket.write(n < 8 ? get.repeat(200) : push);
      return socket;
    });
    await pause(1000);
    started.child.kill('SIGTERM');
    expect([0, 143]).toContain(await endOf(started));
    for (const socket of sockets) socket.destroy();
  });
});
