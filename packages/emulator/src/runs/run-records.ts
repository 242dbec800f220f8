import { mkdtemp, readdir, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { makeDirectory, missingIsUndefined } from '../storage/disk.js';
import { type Change, del, put } from '../store/changes.js';
import type { Database } from '../store/database.js';
import { jsonKind, numberKey } from '../store/kinds.js';
import type { Webhook } from '../webhooks/webhook.js';
import type { Run } from './run.js';

export interface KeptRun {
  readonly run: Run;
  /** Webhooks that are notified of its end. */
  readonly webhooks: readonly Webhook[];
}

/** Runs in the order in which they were started. */
export const runEntries = jsonKind<KeptRun>('runs', ({ run, webhooks }) => ({
  webhooks,
  run: {
    ...run,
    startedAt: new Date(run.startedAt),
    ...(run.finishedAt !== undefined && { finishedAt: new Date(run.finishedAt) }),
  },
}));

/** The stored runs. */
export interface RunRecords {
  /** The runs that existed at opening, oldest first. */
  readonly kept: readonly (KeptRun & { readonly logSize: number })[];
  /** The change that stores the given state of the run. */
  keep(run: Run, webhooks: readonly Webhook[]): Change;
  forget(id: string): Change;
  /** `undefined`: in memory. */
  logPath(id: string): string | undefined;
  /** The run's own directory, created on demand. */
  scratch(id: string): Promise<string>;
  /** The created directory, if any. */
  madeScratch(id: string): string | undefined;
  clearScratch(id: string): Promise<void>;
  /** Removes the files of a removed run. */
  clear(id: string): Promise<void>;
}

/**
 * @param directory holds one folder per run: `log.txt`, and temporary files while it runs. `undefined`: logs are in memory
 * @param warn receives a message about damaged runs
 */
export async function openRecords(
  database: Database,
  directory: string | undefined,
  warn: (message: string) => void,
): Promise<RunRecords> {
  const found = await database.entries(runEntries);
  const keys = new Map<string, string>();
  const whole = found.flatMap(({ key, value }) => (value === undefined ? [] : [{ key, ...value }]));
  for (const { key, run } of whole) keys.set(run.id, key);
  let last = Number.parseInt(found.at(-1)?.key ?? '0', 36);
  const isWhole = whole.length === found.length;
  if (!isWhole) warn(`${database.name}: ${found.length - whole.length} runs are damaged, and are omitted`);
  // Logs of runs whose removal was interrupted.
  else if (directory !== undefined) await removeOthers(directory, keys);
  const sizes = await Promise.all(
    whole.map(({ run }) => (directory === undefined ? 0 : sizeOf(join(directory, run.id, 'log.txt')))),
  );
  return {
    kept: whole.map(({ run, webhooks }, index) => ({ run, webhooks, logSize: sizes[index] ?? 0 })),
    keep(run, webhooks) {
      const key = keys.get(run.id) ?? numberKey(++last);
      keys.set(run.id, key);
      return put(runEntries, key, { run, webhooks });
    },
    forget: (id) => del(runEntries, keys.get(id) ?? ''),
    logPath: (id) => directory && join(directory, id, 'log.txt'),
    ...(directory === undefined ? scratchElsewhere() : scratchIn(directory)),
  };
}

type Scratch = Pick<RunRecords, 'scratch' | 'madeScratch' | 'clearScratch' | 'clear'>;

function scratchElsewhere(): Scratch {
  const made = new Map<string, string>();
  const clearScratch = async (id: string): Promise<void> => {
    const path = made.get(id);
    made.delete(id);
    if (path !== undefined) await rm(path, { recursive: true, force: true });
  };
  return {
    async scratch(id) {
      const path = made.get(id) ?? (await mkdtemp(join(tmpdir(), `dataset-items-run-${id}-`)));
      made.set(id, path);
      return path;
    },
    madeScratch: (id) => made.get(id),
    clearScratch,
    clear: clearScratch,
  };
}

function scratchIn(directory: string): Scratch {
  const scratchOf = (id: string): string => join(directory, id, 'scratch');
  return {
    async scratch(id) {
      await makeDirectory(scratchOf(id));
      return scratchOf(id);
    },
    madeScratch: scratchOf,
    clearScratch: (id) => rm(scratchOf(id), { recursive: true, force: true }),
    clear: (id) => rm(join(directory, id), { recursive: true, force: true }),
  };
}

async function removeOthers(directory: string, known: ReadonlyMap<string, string>): Promise<void> {
  for (const { name } of (await readdir(directory, { withFileTypes: true }).catch(missingIsUndefined)) ?? []) {
    if (/^[0-9A-Za-z]{17}$/.test(name) && !known.has(name)) await rm(join(directory, name), { recursive: true, force: true });
  }
}

async function sizeOf(path: string): Promise<number> {
  return (await stat(path).catch(missingIsUndefined))?.size ?? 0;
}
