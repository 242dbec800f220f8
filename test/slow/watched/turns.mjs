import { readFileSync } from 'node:fs';

/**
 * Loaded into the emulator before it starts. Measures how long its main thread works between two turns of the event loop, beginning at
 * SIGUSR2, and writes it as the last line of standard error, with the peak memory of the process. Without schedstat, the time in which the
 * thread waits for a processor counts as work.
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
