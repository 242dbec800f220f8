import { mkdir, mkdtemp, readdir, readFile, rm, stat } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { replaceFile } from '../storage/disk.js';
import type { Run } from './run.js';

export interface KeptRun {
  readonly run: Run;
  /** Bytes. */
  readonly logSize: number;
}

/** Where runs are kept. */
export interface RunRecords {
  /** What was there when it was opened; the oldest first. */
  readonly kept: readonly KeptRun[];
  /** Resolves when it is kept. Calls for one run come one at a time. */
  keep(run: Run): Promise<void>;
  /** `undefined`: in memory. */
  logPath(id: string): string | undefined;
  /** A directory of the run's own, made when it is asked for. */
  scratch(id: string): Promise<string>;
  /** The one that was made, if any. */
  madeScratch(id: string): string | undefined;
  clearScratch(id: string): Promise<void>;
  remove(id: string): Promise<void>;
}

export function memoryRecords(): RunRecords {
  const made = new Map<string, string>();
  const clearScratch = async (id: string): Promise<void> => {
    const path = made.get(id);
    made.delete(id);
    if (path !== undefined) await rm(path, { recursive: true, force: true });
  };
  return {
    kept: [],
    async keep() {},
    logPath: () => undefined,
    async scratch(id) {
      const path = made.get(id) ?? (await mkdtemp(join(tmpdir(), `dataset-items-run-${id}-`)));
      made.set(id, path);
      return path;
    },
    madeScratch: (id) => made.get(id),
    clearScratch,
    remove: clearScratch,
  };
}

const runFile = 'run.json';

/** A folder a run: `run.json`, `log.txt`, and while it runs what it needs for itself. @throws UnreadableSourceError */
export async function fileRecords(directory: string, fsync: boolean): Promise<RunRecords> {
  await mkdir(directory, { recursive: true });
  const kept: KeptRun[] = [];
  for (const name of await readdir(directory)) {
    const run = await readRun(join(directory, name, runFile));
    if (run === undefined) continue;
    const logSize = await stat(join(directory, name, 'log.txt')).then(({ size }) => size, zeroIfGone);
    kept.push({ run, logSize });
  }
  kept.sort((a, b) => a.run.startedAt.getTime() - b.run.startedAt.getTime());
  const scratchOf = (id: string): string => join(directory, id, 'scratch');
  return {
    kept,
    async keep(run) {
      await mkdir(join(directory, run.id), { recursive: true });
      await replaceFile(join(directory, run.id, runFile), JSON.stringify(run), fsync);
    },
    logPath: (id) => join(directory, id, 'log.txt'),
    async scratch(id) {
      await mkdir(scratchOf(id), { recursive: true });
      return scratchOf(id);
    },
    madeScratch: scratchOf,
    clearScratch: (id) => rm(scratchOf(id), { recursive: true, force: true }),
    remove: (id) => rm(join(directory, id), { recursive: true, force: true }),
  };
}

async function readRun(path: string): Promise<Run | undefined> {
  let text: string;
  try {
    text = await readFile(path, 'utf8');
  } catch (error) {
    if (['ENOENT', 'ENOTDIR'].includes((error as NodeJS.ErrnoException).code ?? '')) return undefined;
    throw new UnreadableSourceError(path, (error as Error).message, { cause: error });
  }
  try {
    const run = JSON.parse(text);
    const finishedAt = run.finishedAt === undefined ? {} : { finishedAt: new Date(run.finishedAt) };
    return { ...run, startedAt: new Date(run.startedAt), ...finishedAt };
  } catch (error) {
    throw new UnreadableSourceError(path, 'is not JSON, expected what the emulator wrote', { cause: error });
  }
}

function zeroIfGone(error: NodeJS.ErrnoException): number {
  if (error.code === 'ENOENT') return 0;
  throw error;
}
