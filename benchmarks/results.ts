import { existsSync, mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { memoryChart, speedChart } from './chart.js';
import type { EmulatorResult } from './emulator/bench-emulator.js';
import { benchmarks } from './folder.js';
import type { HttpResult } from './http/bench-http.js';
import type { MemoryResult } from './memory.js';
import type { ProfileResult } from './profile.js';
import type { ProxyResult } from './proxy/bench-proxy.js';
import type { Result } from './result.js';

const results = new URL('results/', benchmarks);

/** The folder for figures; those of a smaller run go to a folder of their own. */
export function folderOf(full: boolean): URL {
  return full ? results : new URL('quick/', results);
}

export function keepSpeed(folder: URL, result: Result): void {
  keep(folder, result.case, result, speedChart(result));
}

export function keepMemory(folder: URL, result: MemoryResult): void {
  keep(folder, 'memory', result, memoryChart(result));
}

export function keepEmulator(folder: URL, result: EmulatorResult): void {
  keep(folder, 'emulator', result);
}

export function keepProxy(folder: URL, result: ProxyResult): void {
  keep(folder, 'proxy', result);
}

export function keepHttp(folder: URL, result: HttpResult): void {
  keep(folder, 'http', result);
}

export function keepProfile(folder: URL, result: ProfileResult): void {
  keep(folder, 'profile', result);
}

/** Undefined: there was no full run. */
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
