import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Item } from '@dataset-items/query-pipeline';
import { wholeWindow } from '@dataset-items/sources';
import { afterAll, expect } from 'vitest';
import { memoryKeyValues } from '../../key-value/memory-store.js';
import type { KeyValueStore } from '../../key-value/store.js';
import { memoryStore } from '../../storage/memory-store.js';
import type { DatasetStore } from '../../storage/store.js';
import { createRuns } from '../create-runs.js';
import { runMarker } from '../processes.js';
import type { Run, RunOptions } from '../run.js';
import type { Runs, RunsOptions, WantedRun } from '../runs.js';
import type { ActorWork, CommandWork } from '../work.js';

const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-runs-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

export const newDirectory = (): string => mkdtempSync(join(scratch, 'd-'));

export interface OpenRuns extends Runs {
  readonly datasets: DatasetStore;
  readonly keyValues: KeyValueStore;
  readonly problems: unknown[];
}

/** Runs over stores in memory, unless others are given. */
export async function openRuns(options: Partial<RunsOptions> = {}): Promise<OpenRuns> {
  const { datasets = memoryStore(), keyValues = memoryKeyValues() } = options;
  const problems: unknown[] = [];
  const runs = await createRuns({
    baseUrl: () => 'http://127.0.0.1:9',
    grace: 300,
    fsync: false,
    problem: (error) => problems.push(error),
    ...options,
    datasets,
    keyValues,
  });
  return { ...runs, datasets, keyValues, problems };
}

export function wanted(work: ActorWork, options: Partial<RunOptions> = {}, input?: unknown): WantedRun {
  return {
    actorId: 'actor',
    buildId: 'build',
    buildNumber: '0.0.1',
    work,
    meta: { origin: 'API' },
    options: { build: 'latest', timeoutSecs: 60, memoryMbytes: 256, diskMbytes: 1024, ...options },
    ...(input !== undefined && { input: { contentType: 'application/json', bytes: Buffer.from(JSON.stringify(input)) } }),
  };
}

/** A script for node. */
export function node(script: string, rest: Partial<CommandWork> = {}): CommandWork {
  return { kind: 'command', folder: scratch, command: [process.execPath, '-e', script], mode: 'api', ...rest };
}

/** A script for the system's shell. */
export function shell(command: string, rest: Partial<CommandWork> = {}): CommandWork {
  return { kind: 'command', folder: scratch, command, mode: 'api', ...rest };
}

export async function toEnd(runs: Runs, one: WantedRun): Promise<Run> {
  const { id } = await runs.start(one);
  return (await runs.wait(id, 30_000)) as Run;
}

export async function itemsOf({ datasets }: { readonly datasets: DatasetStore }, { defaultDatasetId }: Run): Promise<Item[]> {
  const items: Item[] = [];
  for await (const batch of datasets.find(defaultDatasetId)?.source().read(wholeWindow) ?? []) items.push(...batch);
  return items;
}

export async function textOf(bytes: AsyncIterable<Uint8Array> | undefined): Promise<string> {
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes ?? []) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

/** Lines of a log without their times, which must be there. */
export async function linesOf(runs: Runs, { id }: Run): Promise<string[]> {
  const lines = (await textOf(runs.log(id)?.read())).split('\n').slice(0, -1);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
  return lines.map((line) => line.slice(25));
}

/** Looks again and again until it holds. */
export async function until(holds: () => unknown | Promise<unknown>, what: string): Promise<void> {
  for (const deadline = Date.now() + 20_000; !(await holds()); await delay(10)) {
    if (Date.now() > deadline) throw new Error(`Waited too long until ${what}`);
  }
}

/** Processes that carry a run's marker and are more than a memory of their parent's. */
export function processesOf(runId: string): string[] {
  return readdirSync('/proc').filter(
    (name) => /^\d+$/.test(name) && lives(name) && environmentOf(name).includes(`${runMarker}=${runId}`),
  );
}

export function lives(pid: string): boolean {
  const stat = contentOf(`/proc/${pid}/stat`);
  return stat !== '' && stat.slice(stat.lastIndexOf(')') + 2)[0] !== 'Z';
}

function environmentOf(pid: string): string {
  return contentOf(`/proc/${pid}/environ`);
}

function contentOf(path: string): string {
  try {
    return readFileSync(path, 'latin1');
  } catch {
    return '';
  }
}
