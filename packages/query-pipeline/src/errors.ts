/** A parameter was refused (SEMANTICS section 1). Whoever sent it must change it. */
export class InvalidParameterError extends Error {
  readonly code = 'invalid-parameter';
  readonly parameter: string;
  readonly value: string;
  readonly expected: string;

  /** @param expected what would have been taken, as it follows "expected": "a whole number, 0 or more" */
  constructor(parameter: string, value: string, expected: string) {
    super(`${parameter}: got ${quoted(value)}, expected ${expected}`);
    this.name = 'InvalidParameterError';
    this.parameter = parameter;
    this.value = value;
    this.expected = expected;
  }
}

/** The dataset has no view of the name asked for. */
export class UnknownViewError extends Error {
  readonly code = 'requested-dataset-view-does-not-exist';
  readonly view: string;
  /** The views there are. */
  readonly views: readonly string[];

  constructor(view: string, views: readonly string[]) {
    const there = views.length === 0 ? 'this dataset has no views' : `there are: ${views.join(', ')}`;
    super(`view: no view is called ${quoted(view)}; ${there}`);
    this.name = 'UnknownViewError';
    this.view = view;
    this.views = views;
  }
}

/** A table without a single column was asked for (SEMANTICS section 6). */
export class NoColumnsError extends Error {
  readonly code = 'no-columns-in-exported-dataset';

  constructor() {
    super('the export has no column: no record has a value, and no `fields` names columns');
    this.name = 'NoColumnsError';
  }
}

export interface Position {
  /** 1-based line at which the offending line or element starts. */
  readonly line: number;
  /** 0-based offset of its first byte, counted from the start of the source. */
  readonly byte: number;
  /** 1-based number of the item, where a source has no lines; `line` is the same. */
  readonly item?: number;
}

/** Input that is not items. The owner of the data must mend it. */
export class MalformedInputError extends Error {
  readonly code = 'malformed-input';
  readonly source: string;
  /** 1-based. */
  readonly line: number;
  /** 0-based. */
  readonly byte: number;

  constructor(source: string, { line, byte, item }: Position, reason: string, options?: ErrorOptions) {
    const where = item === undefined ? `line ${line}, byte ${byte}` : `item ${item}`;
    super(`${source}: ${where}: ${reason}`, options);
    this.name = 'MalformedInputError';
    this.source = source;
    this.line = line;
    this.byte = byte;
  }
}

/** A source that is not there (`record-not-found`) or that cannot be read (`unreadable-source`). */
export class UnreadableSourceError extends Error {
  readonly code: 'record-not-found' | 'unreadable-source';
  readonly source: string;

  constructor(source: string, reason: string, options: ErrorOptions & { readonly missing?: boolean } = {}) {
    super(`${source}: ${reason}`, options);
    this.name = 'UnreadableSourceError';
    this.code = options.missing ? 'record-not-found' : 'unreadable-source';
    this.source = source;
  }
}

/** Output or a temporary file that cannot be written: disk full, permission. */
export class UnwritableOutputError extends Error {
  readonly code = 'unwritable-output';
  readonly target: string;

  constructor(target: string, reason: string, options?: ErrorOptions) {
    super(`${target}: ${reason}`, options);
    this.name = 'UnwritableOutputError';
    this.target = target;
  }
}

/** Every error that has a code; each door has a table over the codes, so that a new one does not compile until all know it. */
export type KnownError =
  | InvalidParameterError
  | MalformedInputError
  | NoColumnsError
  | UnknownViewError
  | UnreadableSourceError
  | UnwritableOutputError;
export type ErrorCode = KnownError['code'];

function quoted(value: string): string {
  return JSON.stringify(value.length > 100 ? `${value.slice(0, 100)}…` : value);
}
