import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as delay } from 'node:timers/promises';
import type { Item } from '@dataset-items/query-pipeline';
import { wholeWindow } from '@dataset-items/sources';
import { afterAll, expect } from 'vitest';
import type { KeyValueStore } from '../../key-value/store.js';
import { openStorage, type Storage } from '../../storage/open-storage.js';
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

/** Runs with stores in memory, unless other stores are given. */
export async function openRuns(options: Partial<RunsOptions> = {}): Promise<OpenRuns> {
  const opened =
    options.storage === undefined
      ? await openStorage(options.directory && join(options.directory, 'storage'), { fsync: 'never' })
      : undefined;
  const storage = options.storage ?? (opened as Storage);
  const { datasets, keyValues } = storage;
  const problems: unknown[] = [];
  const runs = await createRuns({
    baseUrl: () => 'http://127.0.0.1:9',
    grace: 300,
    problem: (error) => problems.push(error),
    ...options,
    storage,
  });
  return {
    ...runs,
    datasets,
    keyValues,
    problems,
    async close() {
      await runs.close();
      await opened?.close();
    },
  };
}

export function wanted(work: ActorWork, options: Partial<RunOptions> = {}, input?: unknown): WantedRun {
  return {
    actorId: 'actor',
    buildId: 'build',
    buildNumber: '0.0.1',
    work,
    meta: { origin: 'API' },
    options: { build: 'latest', timeoutSecs: 3600, memoryMbytes: 256, diskMbytes: 1024, ...options },
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
  return (await runs.wait(id, Number.POSITIVE_INFINITY)) as Run;
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

/** Lines of a log without their times, which must exist, and without those of the emulator about the life of the run. */
export async function linesOf(runs: Runs, { id }: Run): Promise<string[]> {
  const lines = (await textOf(runs.log(id)?.read())).split('\n').slice(0, -1);
  for (const line of lines) expect(line).toMatch(/^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z /);
  return lines.map((line) => line.slice(25)).filter((line) => !line.startsWith('ACTOR: '));
}

/** Checks a condition repeatedly until it holds. */
export async function until(holds: () => unknown | Promise<unknown>, what: string): Promise<void> {
  for (const deadline = Date.now() + 110_000; !(await holds()); await delay(10)) {
    if (Date.now() > deadline) throw new Error(`Waited too long until ${what}`);
  }
}

/** Processes with the marker of a run, except zombies. */
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
