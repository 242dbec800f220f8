import { type ChildProcess, spawn } from 'node:child_process';
import { constants } from 'node:os';
import { Command } from 'commander';
import { clientEnvironment } from './clients.js';
import { addEmulatorFlags, type EmulatorFlags, type EmulatorSettings, emulatorSettings } from './emulator-flags.js';
import { CommandEndedError, InterruptedError, type StopSignal } from './exit.js';
import { onSignals } from './signals.js';
import { paint, shown, tell } from './terminal.js';

export function execCommand(): Command {
  const command = new Command('exec')
    .summary('run a command beside the emulator')
    .description(
      'Starts the emulator, runs a command whose environment points clients at it, ends it and exits with the status of the command.',
    )
    .usage('[options] -- <command...>')
    .argument('<command...>', 'what to run, with its arguments')
    .passThroughOptions();
  return addEmulatorFlags(command, { port: 'one that is free', storage: 'in memory', log: 'no log' })
    .addHelpText(
      'after',
      `
Examples:
  dataset-items exec -- npm test
  dataset-items exec --seed items.jsonl --log text -- node scrape.mjs

The command finds APIFY_API_BASE_URL, APIFY_API_PUBLIC_BASE_URL, APIFY_CLIENT_BASE_URL and APIFY_TOKEN. Exit status: that of the
command, 128 and its number where a signal ended it; 126 where it cannot be run, 127 where it is not there.`,
    )
    .action((words: string[], flags: EmulatorFlags) =>
      runExec(words, emulatorSettings(flags, { port: 0, storage: undefined, log: undefined })),
    );
}

async function runExec(words: readonly string[], settings: EmulatorSettings): Promise<void> {
  let child: ChildProcess | undefined;
  let early: StopSignal | undefined;
  const release = onSignals((name) => {
    if (child === undefined) early = name;
    // What a terminal sends went to all processes of its foreground, and twice would mean another thing.
    else if (name !== 'SIGINT' || !process.stdin.isTTY) child.kill(name);
  });
  try {
    // Loaded when it is needed: other commands start without it.
    const { openEmulator } = await import('./open-emulator.js');
    const { emulator, listening } = await openEmulator(settings);
    try {
      if (early !== undefined) throw new InterruptedError(early);
      child = start(words, { ...process.env, ...clientEnvironment({ url: listening.url, token: settings.token }) });
      const status = await statusOf(child, words);
      if (status !== 0) throw new CommandEndedError(status);
    } finally {
      await emulator.close();
    }
  } finally {
    release();
  }
}

function start([name = '', ...args]: readonly string[], env: NodeJS.ProcessEnv): ChildProcess {
  // There npm and its like are scripts, which only the shell finds.
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
      tell(`${paint.red('error:')} ${shown(name)}: ${why}`);
      resolve(status);
    });
    child.once('exit', (status, signal) => resolve(status ?? 128 + constants.signals[signal ?? 'SIGKILL']));
  });
}
