import {
  type ErrorCode,
  InvalidParameterError,
  type KnownError,
  MalformedInputError,
  NoColumnsError,
  TooManyRecordsError,
  UnknownViewError,
  UnreadableSourceError,
  UnwritableOutputError,
  WorkerEndedError,
} from './errors.js';

type Facts = Readonly<Record<string, unknown>>;

/** An error of this library as plain data. On the way to another thread or another machine an error loses its class and its fields. */
export interface PlainError {
  readonly message: string;
  readonly code: ErrorCode;
  /** Its other fields. */
  readonly facts: Facts;
}

/** The class of each code, made again from its facts. A new code does not compile until it is here. */
const classes: Readonly<Record<ErrorCode, (facts: Facts, message: string) => KnownError>> = {
  'invalid-parameter': ({ parameter, value, expected }) =>
    new InvalidParameterError(String(parameter), String(value), String(expected)),
  'malformed-input': ({ source, line, byte, item, reason }) =>
    new MalformedInputError(
      String(source),
      { line: Number(line), byte: Number(byte), ...(item !== undefined && { item: Number(item) }) },
      String(reason),
    ),
  'no-columns-in-exported-dataset': () => new NoColumnsError(),
  'too-many-records': ({ most }) => new TooManyRecordsError(Number(most)),
  'requested-dataset-view-does-not-exist': ({ view, views }) =>
    new UnknownViewError(String(view), Array.isArray(views) ? views.map(String) : []),
  'record-not-found': ({ source, missing }, message) =>
    new UnreadableSourceError(String(source), reasonIn(message, source), {
      missing: missing === undefined ? true : String(missing),
    }),
  'unreadable-source': ({ source }, message) => new UnreadableSourceError(String(source), reasonIn(message, source)),
  'unwritable-output': ({ target, temporary }, message) =>
    new UnwritableOutputError(String(target), reasonIn(message, target), { temporary: temporary === true }),
  'worker-ended': ({ reason }) => new WorkerEndedError(String(reason)),
};

function reasonIn(message: string, subject: unknown): string {
  return message.startsWith(`${subject}: `) ? message.slice(`${subject}: `.length) : message;
}

/** `undefined`: it is no error of this library. */
export function plainError(error: unknown): PlainError | undefined {
  if (!(error instanceof Error)) return undefined;
  // A message is not among the properties that are listed.
  const { name: _, code, ...facts }: Record<string, unknown> = { ...error };
  return isCode(code) ? { message: error.message, code, facts } : undefined;
}

/** The error that plain data was made of. */
export function restoredError({ message, code, facts }: PlainError): KnownError {
  return classes[code](facts, message);
}

export function isCode(code: unknown): code is ErrorCode {
  return typeof code === 'string' && Object.hasOwn(classes, code);
}
