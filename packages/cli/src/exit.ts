import type { ErrorCode } from '@dataset-items/query-pipeline';

/** Codes of errors that only the command and its emulator know. */
type OwnCode = 'unavailable' | 'storage-in-use';

/** Exit statuses, after sysexits.h (SEMANTICS section 8, DESIGN section 4). */
const exitCodes: Readonly<Record<ErrorCode | OwnCode, number>> = {
  'invalid-parameter': 64,
  'requested-dataset-view-does-not-exist': 64,
  'malformed-input': 65,
  'record-not-found': 66,
  'unreadable-source': 66,
  'no-columns-in-exported-dataset': 0,
  'unwritable-output': 74,
  unavailable: 69,
  'storage-in-use': 69,
};

/** What each exit status tells. */
export const exitMeanings = {
  0: 'done, also where the export has no column and is empty',
  64: 'a parameter, flag or view was refused',
  65: 'the input is not items: file, line and byte are named',
  66: 'a file cannot be read',
  69: 'the port, the address or the storage is not to be had',
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
export type StopSignal = keyof typeof signalExits;

/** The command was told to stop. */
export class InterruptedError extends Error {
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Something on this machine has what was asked for; whoever started the command must choose another or end that. */
export class UnavailableError extends Error {
  readonly code = 'unavailable';
}

/** The command that `exec` ran ended so; it told of it itself. */
export class CommandEndedError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`ended with status ${status}`);
    this.status = status;
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return signalExits[error.signal];
  return isKnown(error) ? exitCodes[error.code] : internalExit;
}

export function isKnown(error: unknown): error is Error & { readonly code: keyof typeof exitCodes } {
  return error instanceof Error && 'code' in error && Object.hasOwn(exitCodes, String(error.code));
}
