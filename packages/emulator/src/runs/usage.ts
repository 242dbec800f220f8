import { readFileSync } from 'node:fs';
import type { Family } from './processes.js';
import type { RunStats } from './run.js';

export type Usage = Pick<
  RunStats,
  'memAvgBytes' | 'memMaxBytes' | 'memCurrentBytes' | 'cpuAvgUsage' | 'cpuMaxUsage' | 'cpuCurrentUsage'
>;

/** Time of the first measurement, in milliseconds. */
const firstSample = 200;
const betweenSamples = 1000;
/** Unit of processor time in /proc: hundredths of a second. */
const ticksPerSecond = 100;

/**
 * Measures memory and processor time of a run's processes at intervals. Linux only; elsewhere nothing is reported.
 * Processes that started and ended between two measurements are not included.
 * @returns a function that stops measuring
 */
export function watchUsage(family: Family, tell: (usage: Usage) => void): () => void {
  if (process.platform !== 'linux') return () => {};
  const begun = performance.now();
  let stopped = false;
  let samples = 0;
  let memAvgBytes = 0;
  let memMaxBytes = 0;
  let cpuMaxUsage = 0;
  let last = { at: begun, ticks: 0 };
  const sample = async (): Promise<void> => {
    const { bytes, ticks } = sumOf(await family.look());
    if (bytes === 0 || stopped) return;
    const at = performance.now();
    const cpuCurrentUsage = percent(ticks - last.ticks, at - last.at);
    samples++;
    memAvgBytes += (bytes - memAvgBytes) / samples;
    memMaxBytes = Math.max(memMaxBytes, bytes);
    cpuMaxUsage = Math.max(cpuMaxUsage, cpuCurrentUsage);
    last = { at, ticks };
    const cpuAvgUsage = percent(ticks, at - begun);
    tell({
      memAvgBytes: Math.round(memAvgBytes),
      memMaxBytes,
      memCurrentBytes: bytes,
      cpuAvgUsage,
      cpuMaxUsage,
      cpuCurrentUsage,
    });
  };
  let timer = setTimeout(function look() {
    // If measuring fails, because the system hides the processes or no more files can be opened, nothing is reported.
    const again = (): void => {
      if (!stopped) timer = setTimeout(look, betweenSamples).unref();
    };
    sample().then(again, again);
  }, firstSample).unref();
  return () => {
    stopped = true;
    clearTimeout(timer);
  };
}

function percent(ticks: number, milliseconds: number): number {
  return milliseconds <= 0 ? 0 : Math.max(0, Math.round((100_000 * 10 * (ticks / ticksPerSecond)) / milliseconds) / 10);
}

function sumOf(pids: readonly number[]): { readonly bytes: number; readonly ticks: number } {
  let bytes = 0;
  let ticks = 0;
  for (const pid of pids) {
    try {
      const stat = readFileSync(`/proc/${pid}/stat`, 'latin1');
      const fields = stat.slice(stat.lastIndexOf(')') + 2).split(' ');
      const kibibytes = /^VmRSS:\s+(\d+) kB/m.exec(readFileSync(`/proc/${pid}/status`, 'latin1'))?.[1] ?? 0;
      bytes += 1024 * Number(kibibytes);
      ticks += Number(fields[11]) + Number(fields[12]);
    } catch (error) {
      // The process has ended after it was listed.
      if (!['ENOENT', 'ESRCH'].includes((error as NodeJS.ErrnoException).code ?? '')) throw error;
    }
  }
  return { bytes, ticks };
}
