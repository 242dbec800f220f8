import type { ErrorCode } from '@dataset-items/query-pipeline';

/** Codes that only the command, its emulator and its queues use. */
type OwnCode = 'unavailable' | 'storage-in-use' | 'storage-version' | 'storage-damaged' | 'cancelled' | 'failed';

/** Exit statuses, after sysexits.h (docs/semantics.md#command). */
const exitCodes: Readonly<Record<ErrorCode | OwnCode, number>> = {
  'invalid-parameter': 64,
  'requested-dataset-view-does-not-exist': 64,
  'malformed-input': 65,
  'record-not-found': 66,
  'unreadable-source': 66,
  'no-columns-in-exported-dataset': 0,
  'too-many-records': 65,
  'unwritable-output': 74,
  'worker-ended': 70,
  unavailable: 69,
  // An export that a queue has no result of.
  cancelled: 69,
  failed: 69,
  'storage-in-use': 69,
  'storage-version': 69,
  'storage-damaged': 66,
};

/** What each exit status means. */
export const exitMeanings = {
  0: 'done; also for the empty file of an export without columns',
  64: 'a parameter, flag or view was refused',
  65: 'the input is not items; the message names file, line and byte',
  66: 'a file cannot be read',
  69: 'the port, the address or the storage is not available',
  70: 'an error in the program',
  74: 'the output, a temporary file or the storage cannot be written or read',
  129: 'ended by SIGHUP',
  130: 'interrupted (SIGINT)',
  143: 'terminated (SIGTERM)',
} as const;

export const usageExit = 64;
const ioExit = 74;
/** An error in the program itself. */
const internalExit = 70;
export const signalExits = { SIGHUP: 129, SIGINT: 130, SIGTERM: 143 } as const;
export type StopSignal = keyof typeof signalExits;

/** A signal asked the command to stop. */
export class InterruptedError extends Error {
  readonly signal: StopSignal;

  constructor(signal: StopSignal) {
    super(`stopped by ${signal}`);
    this.signal = signal;
  }
}

/** Another program uses the requested port or address. The user must choose another one, or end that program. */
export class UnavailableError extends Error {
  readonly code = 'unavailable';
}

/** The command that `exec` ran has ended with this status. It has reported the reason itself. */
export class CommandEndedError extends Error {
  readonly status: number;

  constructor(status: number) {
    super(`ended with status ${status}`);
    this.status = status;
  }
}

export function exitCodeOf(error: unknown): number {
  if (error instanceof InterruptedError) return signalExits[error.signal];
  if (isSystemError(error)) return ioExit;
  return isKnown(error) ? exitCodes[error.code] : internalExit;
}

/** Whether this is a failed call to the system: a full disk, a missing permission, a read-only directory. */
export function isSystemError(error: unknown): error is NodeJS.ErrnoException {
  return error instanceof Error && 'syscall' in error && 'errno' in error;
}

export function isKnown(error: unknown): error is Error & { readonly code: keyof typeof exitCodes } {
  return error instanceof Error && 'code' in error && Object.hasOwn(exitCodes, String(error.code));
}
