import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { setTimeout as delay } from 'node:timers/promises';
import type { ProcessTree } from '@dataset-items/emulator';
import { Command } from 'commander';
import { clientEnvironment } from './clients.js';
import { addEmulatorFlags, type EmulatorFlags, type EmulatorSettings, emulatorSettings } from './emulator-flags.js';
import { CommandEndedError, type StopSignal } from './exit.js';
import { type OpenEmulator, openEmulator } from './open-emulator.js';
import { onSignals, untilSignalled } from './signals.js';
import { notify, paint, shown } from './terminal.js';

export function execCommand(): Command {
  const command = new Command('exec')
    .summary('run a command with an emulator')
    .description(
      'Starts the emulator, runs a command with environment variables that lead API clients to it, stops the emulator, and exits with the status of the command.',
    )
    .usage('[options] -- <command...>')
    .argument('<command...>', 'the command to run, with its arguments')
    .passThroughOptions();
  return addEmulatorFlags(command, { port: 'a free port', storage: 'in memory', log: 'none' })
    .addHelpText(
      'after',
      `
Examples:
  dataset-items exec -- npm test
  dataset-items exec --seed items.jsonl --log text -- node scrape.mjs

The environment of the command has APIFY_API_BASE_URL, APIFY_API_PUBLIC_BASE_URL, APIFY_CLIENT_BASE_URL and APIFY_TOKEN.
Exit status: that of the command; 128 plus the number of a signal that ended it; 126 if it cannot be run, 127 if it does not exist.
What the command leaves running ends with it.`,
    )
    .action((words: [string, ...string[]], flags: EmulatorFlags) =>
      runExec(words, emulatorSettings(flags, { port: 0, storage: undefined, log: undefined })),
    );
}

type Words = readonly [string, ...string[]];

/** Milliseconds in which the command must end after a signal. Then its processes are killed. */
const longestEnding = 8_000;

async function runExec(words: Words, settings: EmulatorSettings): Promise<void> {
  // Loaded here: other commands start without it.
  const { startTree } = await import('@dataset-items/emulator');
  const { emulator, listening } = await untilSignalled((signal) => open(settings, signal));
  let release = (): void => {};
  try {
    const environment = { ...process.env, ...clientEnvironment({ url: listening.url, token: settings.token }) };
    const tree = startTree(words, environment, start);
    release = onSignals((name) => {
      // A terminal sends its signal to all processes in the foreground. Sending it again would have another meaning.
      if (name !== 'SIGINT' || !process.stdin.isTTY) void endTree(tree, name);
    });
    const status = await statusOf(tree.child, words);
    const left = await tree.end();
    if (left.length > 0) notify(`${paint.yellow('warning:')} could not end: ${left.join(', ')}`);
    if (status !== 0) throw new CommandEndedError(status);
  } finally {
    await emulator.close();
    release();
  }
}

async function open(settings: EmulatorSettings, signal: AbortSignal): Promise<OpenEmulator> {
  const opened = await openEmulator(settings);
  if (signal.aborted) await opened.emulator.close();
  signal.throwIfAborted();
  return opened;
}

/** Sends the signal to all processes of the tree, and kills those that have not ended in time. */
async function endTree(tree: ProcessTree, name: StopSignal): Promise<void> {
  // If the processes cannot be listed, the same error is reported at the end, when they are listed again.
  await tree.signal(name).catch(() => tree.child.kill(name));
  await delay(longestEnding, undefined, { ref: false });
  await tree.end().catch(() => tree.child.kill('SIGKILL'));
}

function start([name, ...args]: Words, env: NodeJS.ProcessEnv): ChildProcess {
  // On Windows, npm and similar commands are scripts, which only the shell finds.
  if (process.platform !== 'win32') return spawn(name, args, { env, stdio: 'inherit' });
  return spawn([name, ...args].map(windowsWord).join(' '), { env, stdio: 'inherit', shell: true });
}

function windowsWord(word: string): string {
  return /^[\w./\\:=@-]+$/.test(word) ? word : `"${word.replaceAll('"', '""')}"`;
}

function statusOf(child: ChildProcess, [name = '']: readonly string[]): Promise<number> {
  return new Promise((resolve) => {
    child.once('error', ({ code }: NodeJS.ErrnoException) => {
      const [status, why] = code === 'ENOENT' ? [127, 'not found'] : [126, `cannot be run (${code})`];
      notify(`${paint.red('error:')} ${shown(name)}: ${why}`);
      resolve(status);
    });
    child.once('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
