/** A parameter has an invalid value or name (docs/semantics.md#parameters). The sender must correct it. */
export class InvalidParameterError extends Error {
  readonly code = 'invalid-parameter';
  readonly parameter: string;
  readonly value: string;
  readonly expected: string;

  /** @param expected the accepted values, as they follow "expected": "a whole number, 0 or more" */
  constructor(parameter: string, value: string, expected: string) {
    super(`${parameter}: got ${quoted(value)}, expected ${expected}`);
    this.name = 'InvalidParameterError';
    this.parameter = parameter;
    this.value = value;
    this.expected = expected;
  }
}

/** The dataset has no view of the requested name. */
export class UnknownViewError extends Error {
  readonly code = 'requested-dataset-view-does-not-exist';
  readonly view: string;
  /** Names of the existing views. */
  readonly views: readonly string[];

  constructor(view: string, views: readonly string[]) {
    const there = views.length === 0 ? 'this dataset has no views' : `there are: ${views.join(', ')}`;
    super(`view: no view is called ${quoted(view)}; ${there}`);
    this.name = 'UnknownViewError';
    this.view = view;
    this.views = views;
  }
}

/** The requested table would have no column (docs/semantics.md#tables). */
export class NoColumnsError extends Error {
  readonly code = 'no-columns-in-exported-dataset';

  constructor() {
    super('the export has no columns: no record has a value in a column within the limits, and `fields` gives no column');
    this.name = 'NoColumnsError';
  }
}

export interface Position {
  /** 1-based line at which the malformed line or element starts. */
  readonly line: number;
  /** 0-based offset of its first byte, counted from the start of the source. */
  readonly byte: number;
  /** 1-based number of the item, for a source without lines; equal to `line`. */
  readonly item?: number;
}

/** Input that is not items. The owner of the data must correct it. */
export class MalformedInputError extends Error {
  readonly code = 'malformed-input';
  readonly source: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based. */
  readonly byte: number;
  /** 1-based, for a source without lines. */
  readonly item: number | undefined;
  /** What is wrong, without the place. */
  readonly reason: string;

  constructor(source: string, { line, byte, item }: Position, reason: string, options?: ErrorOptions) {
    const where = item === undefined ? `line ${line}, byte ${byte}` : `item ${item}`;
    super(`${source}: ${where}: ${reason}`, options);
    this.name = 'MalformedInputError';
    this.source = source;
    this.line = line;
    this.byte = byte;
    this.item = item;
    this.reason = reason;
  }
}

/** A source that does not exist (`record-not-found`) or cannot be read (`unreadable-source`). */
export class UnreadableSourceError extends Error {
  readonly code: 'record-not-found' | 'unreadable-source';
  readonly source: string;
  /** What does not exist, as the first word of a sentence: `Request queue`. Default `Dataset`. `undefined`: it exists. */
  readonly missing: string | undefined;

  constructor(
    source: string,
    reason: string,
    { missing = false, ...options }: ErrorOptions & { readonly missing?: boolean | string } = {},
  ) {
    super(`${source}: ${reason}`, options);
    this.name = 'UnreadableSourceError';
    this.code = missing === false ? 'unreadable-source' : 'record-not-found';
    this.source = source;
    this.missing = missing === true ? 'Dataset' : missing || undefined;
  }
}

/** Output or a temporary file that cannot be written: disk full, permission. */
export class UnwritableOutputError extends Error {
  readonly code = 'unwritable-output';
  readonly target: string;
  /** Whether it is a temporary file. */
  readonly temporary: boolean;

  constructor(target: string, reason: string, options: ErrorOptions & { readonly temporary?: boolean } = {}) {
    super(`${target}: ${reason}`, options);
    this.name = 'UnwritableOutputError';
    this.target = target;
    this.temporary = options.temporary ?? false;
  }
}

/** An export has more records than `maxRecords` allows. */
export class TooManyRecordsError extends Error {
  readonly code = 'too-many-records';
  readonly most: number;

  constructor(most: number) {
    super(`the export has more than ${most} records, the largest number allowed`);
    this.name = 'TooManyRecordsError';
    this.most = most;
  }
}

/** A thread of an export (`workers`) has ended before its work was done: it was out of memory, or was stopped. */
export class WorkerEndedError extends Error {
  readonly code = 'worker-ended';
  /** Why it ended. */
  readonly reason: string;

  constructor(reason: string, options?: ErrorOptions) {
    super(`a worker thread of the export ended before its work was done: ${reason}`, options);
    this.name = 'WorkerEndedError';
    this.reason = reason;
  }
}

/** Every error with a code. Each interface has a table of all codes, so a new code does not compile until every table has it. */
export type KnownError =
  | InvalidParameterError
  | MalformedInputError
  | NoColumnsError
  | TooManyRecordsError
  | UnknownViewError
  | UnreadableSourceError
  | UnwritableOutputError
  | WorkerEndedError;
export type ErrorCode = KnownError['code'];

function quoted(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
