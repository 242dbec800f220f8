import type { RunOptions } from '../runs/run.js';
import type { OptionSettings } from './config.js';

/** Where nothing is said. */
const fallback = { build: 'latest', timeoutSecs: 3600, memoryMbytes: 1024, restartOnError: false } as const;

/** The options of a run: each where it is said first. */
export function runDefaults(...said: readonly OptionSettings[]): RunOptions {
  const first = <N extends keyof OptionSettings>(name: N): OptionSettings[N] =>
    said.map((settings) => settings[name]).find((value) => value !== undefined);
  const maxItems = first('maxItems');
  const maxTotalChargeUsd = first('maxTotalChargeUsd');
  const memoryMbytes = first('memoryMbytes') ?? fallback.memoryMbytes;
  return {
    build: first('build') ?? fallback.build,
    timeoutSecs: first('timeoutSecs') ?? fallback.timeoutSecs,
    memoryMbytes,
    // As the API gives it, though nothing here limits it.
    diskMbytes: memoryMbytes * 2,
    ...(maxItems !== undefined && { maxItems }),
    ...(maxTotalChargeUsd !== undefined && { maxTotalChargeUsd }),
    restartOnError: first('restartOnError') ?? fallback.restartOnError,
  };
}
