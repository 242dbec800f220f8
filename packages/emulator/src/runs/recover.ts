import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLocalStorage } from './local/storage.js';
import type { OpenRunLog } from './log/run-log.js';
import { familyOfRun } from './processes.js';
import type { Run } from './run.js';
import type { RunRecords } from './run-records.js';
import type { RunStorages } from './run-storages.js';

export interface RecoverOptions {
  readonly records: RunRecords;
  readonly storages: RunStorages;
  readonly log: OpenRunLog;
  readonly now: () => Date;
  readonly problem: (error: unknown) => void;
}

const message = 'The emulator ended while the run was going on';

/** A run that was going on when the emulator died: what is left of it is killed, what it found is kept, and it is ABORTED. */
export async function recoverRun(run: Run, { records, storages, log, now, problem }: RecoverOptions): Promise<Run> {
  const left = await familyOfRun(run.id).kill();
  if (left.length > 0) log.write(`Could not end: ${left.join(', ')}`);
  const found = await storages.find(run);
  const storage = join(records.madeScratch(run.id) ?? '', 'storage');
  const isThere = await stat(storage).then(
    () => true,
    () => false,
  );
  if (isThere) await takeLocalStorage(storage, { ...found, log }).catch(problem);
  await records.clearScratch(run.id);
  log.write(message);
  const aborted: Run = {
    ...run,
    status: 'ABORTED',
    finishedAt: now(),
    ...(!run.isStatusMessageTerminal && { statusMessage: message }),
  };
  await records.keep(aborted);
  return aborted;
}
