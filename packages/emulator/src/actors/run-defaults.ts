import type { RunOptions } from '../runs/run.js';
import type { OptionSettings } from './config.js';

/** Defaults of options. */
const fallback = { build: 'latest', timeoutSecs: 3600, memoryMbytes: 1024, restartOnError: false } as const;

/** The options of a run: each from the first of the settings that has it. */
export function runDefaults(...settings: readonly OptionSettings[]): RunOptions {
  const first = <N extends keyof OptionSettings>(name: N): OptionSettings[N] =>
    settings.map((each) => each[name]).find((value) => value !== undefined);
  const maxItems = first('maxItems');
  const maxTotalChargeUsd = first('maxTotalChargeUsd');
  const memoryMbytes = first('memoryMbytes') ?? fallback.memoryMbytes;
  return {
    build: first('build') ?? fallback.build,
    timeoutSecs: first('timeoutSecs') ?? fallback.timeoutSecs,
    memoryMbytes,
    // The API reports twice the memory; nothing is limited here.
    diskMbytes: memoryMbytes * 2,
    ...(maxItems !== undefined && { maxItems }),
    ...(maxTotalChargeUsd !== undefined && { maxTotalChargeUsd }),
    restartOnError: first('restartOnError') ?? fallback.restartOnError,
  };
}
