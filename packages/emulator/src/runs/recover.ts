import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import { takeLocalStorage } from './local/storage.js';
import type { OpenRunLog } from './log/run-log.js';
import { familyOfRun } from './processes.js';
import type { Run } from './run.js';
import type { InputReader } from './run-input.js';
import type { RunRecords } from './run-records.js';
import type { RunStorages } from './run-storages.js';

export interface RecoverOptions {
  readonly records: RunRecords;
  readonly storages: RunStorages;
  readonly log: OpenRunLog;
  readonly now: () => Date;
  readonly problem: (error: unknown) => void;
  readonly secrets: InputReader;
  keep(run: Run): Promise<void>;
}

const message = 'The emulator ended while the run was in progress';

/** Recovers a run that was in progress when the emulator crashed: its processes are killed, its data is kept, and it becomes ABORTED. */
export async function recoverRun(
  run: Run,
  { records, storages, log, now, problem, secrets, keep }: RecoverOptions,
): Promise<Run> {
  const left = await familyOfRun(run.id).kill();
  if (left.length > 0) log.write(`These processes could not be ended: ${left.join(', ')}`);
  const found = await storages.find(run);
  const storage = join(records.madeScratch(run.id) ?? '', 'storage');
  const isThere = await stat(storage).then(
    () => true,
    () => false,
  );
  const inputKeys = ['INPUT', ...(run.metamorphs ?? []).map(({ inputKey }) => inputKey)];
  if (isThere) await takeLocalStorage(storage, { ...found, log, inputKeys, secrets }).catch(problem);
  await records.clearScratch(run.id);
  log.write(message);
  const aborted: Run = {
    ...run,
    status: 'ABORTED',
    finishedAt: now(),
    ...(!run.isStatusMessageTerminal && { statusMessage: message }),
  };
  await keep(aborted);
  return aborted;
}
