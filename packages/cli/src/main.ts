#!/usr/bin/env node
import { run } from './command.js';

// Whoever reads may go away: what was to be told then has no listener, and that is no fault.
process.stdout.on('error', ({ code }: NodeJS.ErrnoException) => {
  if (code !== 'EPIPE') process.exitCode = 74;
});
process.stderr.on('error', () => {});

process.exitCode = await run(process.argv.slice(2));
