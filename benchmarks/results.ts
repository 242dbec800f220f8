import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { memoryChart, speedChart } from './chart.js';
import type { MemoryResult } from './memory.js';
import type { ProfileResult } from './profile.js';
import { benchmarks } from './program.js';
import type { Result } from './result.js';

const results = new URL('results/', benchmarks);

/** Where figures go: those of a run that is not full stand apart. */
export function folderOf(full: boolean): URL {
  return full ? results : new URL('quick/', results);
}

export function keepSpeed(folder: URL, result: Result): void {
  keep(folder, result.case, result, speedChart(result));
}

export function keepMemory(folder: URL, result: MemoryResult): void {
  keep(folder, 'memory', result, memoryChart(result));
}

export function keepProfile(folder: URL, result: ProfileResult): void {
  keep(folder, 'profile', result);
}

/** Undefined: never measured in full. */
export function readSpeed(name: string): Result | undefined {
  return read(name) as Result | undefined;
}

export function readMemory(): MemoryResult | undefined {
  return read('memory') as MemoryResult | undefined;
}

export function readProfile(): ProfileResult | undefined {
  return read('profile') as ProfileResult | undefined;
}

function keep(folder: URL, name: string, figures: object, chart?: string): void {
  mkdirSync(folder, { recursive: true });
  writeFileSync(new URL(`${name}.json`, folder), `${JSON.stringify(figures, null, 2)}\n`);
  if (chart !== undefined) writeFileSync(new URL(`${name}.svg`, folder), chart);
}

function read(name: string): unknown {
  const file = new URL(`${name}.json`, results);
  return existsSync(file) ? JSON.parse(readFileSync(file, 'utf8')) : undefined;
}
