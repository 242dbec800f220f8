import { describe, expect, it } from 'vitest';
import { checkRows, error } from './rows.js';
import { startCommand, until } from './started.js';

const node = (code: string): string[] => [process.execPath, '-e', code];

checkRows('exec', [
  { name: 'status 0', args: ['exec', '--', ...node('')] },
  { name: 'the status of the command', args: ['exec', '--', ...node('process.exit(7)')], status: 7 },
  {
    name: '128 and the number of the signal that ended it',
    args: ['exec', '--', ...node('process.kill(process.pid, 9)')],
    status: 137,
  },
  {
    name: 'a command that does not exist',
    args: ['exec', '--', 'no-such-command'],
    status: 127,
    stderr: error('no-such-command: not found'),
  },
  {
    name: 'a command that cannot be run',
    args: ['exec', '--', './items.jsonl'],
    status: 126,
    stderr: error('./items.jsonl: cannot be run (EACCES)'),
  },
  {
    name: 'no command',
    args: ['exec', '--'],
    status: 64,
    stderr: error("missing required argument 'command'\nSee dataset-items --help."),
  },
  {
    name: 'input, output and the flags after its name belong to the command',
    args: ['exec', ...node('process.stdin.pipe(process.stdout); console.log(process.argv[1])'), '--', '--port'],
    input: 'given',
    stdout: '--port\ngiven',
  },
  {
    name: 'the environment points clients to it',
    args: [
      'exec',
      '--',
      ...node(
        'const e = process.env; console.log(e.APIFY_API_BASE_URL === e.APIFY_API_PUBLIC_BASE_URL && e.APIFY_API_BASE_URL === e.APIFY_CLIENT_BASE_URL, e.APIFY_TOKEN, new URL(e.APIFY_API_BASE_URL).hostname)',
      ),
    ],
    stdout: 'true any 127.0.0.1\n',
  },
  {
    name: 'the command finds the emulator, with its token; requests are logged on request',
    args: [
      'exec',
      '--token',
      'secret',
      '--log',
      'text',
      '--',
      ...node(
        'const e = process.env; fetch(e.APIFY_API_BASE_URL + "/v2/datasets?token=" + e.APIFY_TOKEN).then(({ status }) => console.log(status))',
      ),
    ],
    stdout: '200\n',
    stderr: /^\d\d:\d\d:\d\d GET \/v2\/datasets 200 \d+ B [\d.]+ ms\n$/,
  },
  {
    name: 'the emulator cannot start: the command is not run',
    args: ['exec', '--host', '192.0.2.1', '--', ...node('console.log("ran")')],
    status: 69,
    stderr: error('cannot listen on port 0 of 192.0.2.1: address not available'),
  },
  {
    name: '--storage keeps what the command pushed',
    args: [
      'exec',
      '--storage',
      'kept',
      '--',
      ...node(
        'fetch(process.env.APIFY_API_BASE_URL + "/v2/datasets?name=a", { method: "POST" }).then(({ status }) => console.log(status))',
      ),
    ],
    stdout: '201\n',
    keeps: ['kept'],
  },
]);

describe('exec, signals', () => {
  it.each([['SIGINT'], ['SIGTERM'], ['SIGHUP']] as const)('%s is passed to the command, whose status counts', async (signal) => {
    const code = `process.on('${signal}', () => process.exit(9)); setInterval(() => {}, 1000); console.log('up')`;
    const started = startCommand(['exec', '--', ...node(code)]);
    await until(started, () => started.stdout().match(/up/));
    started.child.kill(signal);
    expect(await started.ended).toBe(9);
  });

  it('a command that the signal ends: 128 and its number', async () => {
    const started = startCommand(['exec', '--', ...node("setInterval(() => {}, 1000); console.log('up')")]);
    await until(started, () => started.stdout().match(/up/));
    started.child.kill('SIGTERM');
    expect(await started.ended).toBe(143);
  });
});
