import { spawn } from 'node:child_process';
import { fileURLToPath } from 'node:url';

/** `npm start`: builds the command and starts the emulator in memory, with the bundled earthquakes and a task that finds them. Takes the arguments of `dataset-items start`. */
const path = (relative) => fileURLToPath(new URL(relative, import.meta.url));
const [npx, ...build] = ['npx', '-y', 'pnpm@10.34.9', '--silent', 'run', 'build:command'];

// When npm is stopped, it ends only the shell between it and this process. So a new parent process means that npm has ended.
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
  await import('../packages/cli/dist/main.cjs');
});
