import { type ErrorCode, isCode, plainError, restoredError } from '@dataset-items/query-pipeline';

/** An error as plain data, as it goes through the queue: names, numbers and a sentence. */
export interface Failure {
  readonly message: string;
  /** Absent: an error of another kind. */
  readonly code?: ErrorCode | CancelledExportError['code'];
  readonly facts?: Readonly<Record<string, unknown>>;
}

/** An export that was cancelled. */
export class CancelledExportError extends Error {
  readonly code = 'cancelled';
  readonly id: string;

  constructor(id: string) {
    super(`${id}: the export was cancelled`);
    this.name = 'CancelledExportError';
    this.id = id;
  }
}

/** An export that failed for a reason that has no class of its own, such as a store that did not answer. */
export class FailedExportError extends Error {
  readonly code = 'failed';
  readonly id: string;

  constructor(id: string, reason: string) {
    super(`${id}: ${reason}`);
    this.name = 'FailedExportError';
    this.id = id;
  }
}

export function failureOf(error: unknown): Failure {
  if (error instanceof CancelledExportError) return { message: error.message, code: error.code, facts: { id: error.id } };
  return plainError(error) ?? { message: error instanceof Error ? error.message : String(error) };
}

/** The error that a failure was made of. */
export function errorOf(id: string, { message, code, facts = {} }: Failure): Error {
  if (code === 'cancelled') return new CancelledExportError(String(facts.id));
  return isCode(code) ? restoredError({ message, code, facts }) : new FailedExportError(id, message);
}

/** Whether trying again could give something else: a store that does not answer, and not a malformed item. */
export function isPassing({ code }: Failure): boolean {
  return code === undefined || code === 'unreadable-source' || code === 'unwritable-output';
}
