import { readFileSync } from 'node:fs';

/**
 * Loaded into the emulator before it starts: how long its main thread works between two turns of its event loop, from SIGUSR2 on; told as
 * the last line of standard error, with the peak memory of the process. Where there is no schedstat the time the thread waited for a
 * processor counts as work.
 */
const schedstat = `/proc/self/task/${process.pid}/schedstat`;
const milliseconds = () => {
  try {
    return Number(readFileSync(schedstat, 'latin1').split(' ')[0]) / 1e6;
  } catch {
    return performance.now();
  }
};

let last = milliseconds();
let turns = [];
setInterval(() => {
  const now = milliseconds();
  turns.push(now - last);
  last = now;
}, 5).unref();

process.on('SIGUSR2', () => {
  turns = [];
});
process.on('exit', () => {
  const longest = turns
    .sort((a, b) => b - a)
    .slice(0, 5)
    .map(Math.round);
  process.stderr.write(
    `\n${JSON.stringify({ longest, turns: turns.length, peakMemory: process.resourceUsage().maxRSS * 1024 })}\n`,
  );
});
