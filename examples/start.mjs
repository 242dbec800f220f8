import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `npm start`: builds the command, then is the emulator with the bundled earthquakes in memory and a task that finds them; arguments are those of `start`. */
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const [npx, ...build] = ['npx', '-y', 'pnpm@10.34.9', '--silent', 'run', 'build:command'];

// npm asks the shell in between to end, and that tells nobody: who started this is gone then.
const { ppid } = process;
setInterval(() => process.ppid !== ppid && process.kill(process.pid, 'SIGTERM'), 200).unref();

const building = spawn(npx, build, { cwd: path('..'), stdio: 'inherit', shell: process.platform === 'win32' });
building.once('exit', async (status) => {
  if (status !== 0) process.exit(status ?? 1);
  process.argv = [
    ...process.argv.slice(0, 2),
    'start',
    '--in-memory',
    '--seed',
    path('earthquakes.jsonl'),
    '--config',
    path('emulator.json'),
    ...process.argv.slice(2),
  ];
  await import('../packages/cli/dist/main.js');
});
