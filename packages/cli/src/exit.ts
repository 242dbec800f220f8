import type { ErrorCode, KnownError } from '@dataset-items/query-pipeline';

/** Exit statuses, after sysexits.h (SEMANTICS section 8, DESIGN section 4). */
const exitCodes: Readonly<Record<ErrorCode, number>> = {
  'invalid-parameter': 64,
  'requested-dataset-view-does-not-exist': 64,
  'malformed-input': 65,
  'record-not-found': 66,
  'unreadable-source': 66,
  'no-columns-in-exported-dataset': 0,
  'unwritable-output': 74,
};

/** What each exit status tells. */
export const exitMeanings = {
  0: 'done, also where the export has no column and is empty',
  64: 'a parameter, flag or view was refused',
  65: 'the input is not items: file, line and byte are named',
  66: 'a file cannot be read',
  70: 'a fault of the program itself',
  74: 'the output, or a temporary file, cannot be written',
  129: 'ended by SIGHUP',
  130: 'interrupted (SIGINT)',
  143: 'terminated (SIGTERM)',
} as const;

export const usageExit = 64;
/** A fault of the program itself. */
export const internalExit = 70;
export const signalExits = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;

/** The command was told to stop. */
export class InterruptedError extends Error {
  readonly signal: keyof typeof signalExits;

  constructor(signal: keyof typeof signalExits) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return signalExits[error.signal];
  return isKnown(error) ? exitCodes[error.code] : internalExit;
}

export function isKnown(error: unknown): error is KnownError {
  return error instanceof Error && 'code' in error && Object.hasOwn(exitCodes, String(error.code));
}
