import { systemReason } from '@dataset-items/temporary-file';
import { CommandEndedError, exitCodeOf, InterruptedError, isKnown, isSystemError, signalExits, usageExit } from './exit.js';
import { endNow } from './signals.js';
import { notify, paint, shown, shownLines, standardError } from './terminal.js';

/** Does the work of this process, and sets its exit status. Never throws. @returns the exit status */
export async function asProcess(work: () => Promise<void>): Promise<number> {
  const status = await statusOf(work);
  process.exitCode = status;
  // After a signal the remaining output may have no reader, and would keep the process alive.
  if (Object.values<number>(signalExits).includes(status)) standardError().write('', () => void endNow(status));
  return status;
}

async function statusOf(work: () => Promise<void>): Promise<number> {
  try {
    await work();
    return 0;
  } catch (error) {
    if (error instanceof CommandEndedError) return error.status;
    if (isOfCommander(error)) return error.exitCode === 0 ? 0 : usageExit;
    const text = isSystemError(error)
      ? shown(systemMessage(error))
      : isKnown(error) || error instanceof InterruptedError
        ? shown(error.message)
        : shownLines(stackOf(error));
    notify(`${paint.red('error:')} ${text}`);
    return exitCodeOf(error);
  }
}

/** An error that commander has printed, or its way to end after help. */
function isOfCommander(error: unknown): error is Error & { readonly exitCode: number } {
  return error instanceof Error && 'exitCode' in error && 'code' in error && String(error.code).startsWith('commander.');
}

/** A failed call to the system is not an error in the program, so the message has a path and the reason, but no stack. */
function systemMessage(error: NodeJS.ErrnoException): string {
  return `${error.path === undefined ? '' : `${error.path}: `}${systemReason(error)}`;
}

function stackOf(error: unknown): string {
  return (error instanceof Error && error.stack) || String(error);
}
