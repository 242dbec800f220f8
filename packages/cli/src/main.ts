#!/usr/bin/env node
import { run } from './command.js';
import { signalExits } from './exit.js';

// Whoever reads may go away: what was to be told then has no listener, and that is no fault.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') process.exitCode = 74;
});
process.stderr.on('error', () => {});

const status = await run(process.argv.slice(2));
process.exitCode = status;
// What a stopped command still had to write may have no reader, and would keep the process.
if (Object.values<number>(signalExits).includes(status)) process.stderr.write('', () => process.exit(status));
