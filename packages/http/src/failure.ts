import { type ErrorCode, type UnreadableSourceError, UnwritableOutputError } from '@dataset-items/query-pipeline';
import { systemReason } from '@dataset-items/temporary-file';
import { completeResponse } from './complete.js';
import { corsHeaders } from './headers.js';
import { type Log, logToStandardError, publicUrl } from './log.js';

/** Status of every error code of the library, and of each refusal that any server of items may send (docs/semantics.md#http). */
const statuses = {
  'invalid-parameter': 400,
  'invalid-input': 400,
  'no-columns-in-exported-dataset': 400,
  'requested-dataset-view-does-not-exist': 400,
  'too-many-records': 400,
  'token-not-provided': 401,
  'invalid-token': 401,
  'payment-required': 402,
  'insufficient-permissions': 403,
  'record-not-found': 404,
  'method-not-allowed': 405,
  'not-acceptable': 406,
  'request-too-large': 413,
  'unsupported-content-encoding': 415,
  'rate-limit-exceeded': 429,
  'internal-server-error': 500,
  'malformed-input': 500,
  'unreadable-source': 500,
  'unwritable-output': 500,
  'worker-ended': 500,
  unavailable: 503,
  'timed-out': 504,
} as const satisfies Record<ErrorCode, number> & Record<string, number>;

export type FailureType = keyof typeof statuses;

/** The message of a response when the error's own message names files or disks of the server. The log has the error's own message. */
const outward: Partial<Record<FailureType, string>> = {
  'internal-server-error': 'The server failed because of an internal error',
  'malformed-input': 'The stored items are malformed',
  'unreadable-source': 'The stored items cannot be read',
};

export interface RefusalOptions extends ErrorOptions {
  /** Sent with the response: `Allow`, `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Sent with type and message, as `error.data`. */
  readonly data?: unknown;
}

/** A refusal that is specific to one server. */
export interface Refusal {
  /** The `type` in the response. */
  readonly type: string;
  /** 400 to 599. */
  readonly status: number;
}

/** A request that a server refuses. The message is sent to the client. */
export class RefusedRequestError extends Error {
  readonly code: string;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;

  /**
   * @param refusal a type of `FailureType`, whose status is known, or a type of your own with its status
   * @throws TypeError for an unknown type without a status, and for a status that is not one of an error
   */
  constructor(refusal: FailureType | Refusal, message: string, { headers = {}, data, ...options }: RefusalOptions = {}) {
    super(message, options);
    this.name = 'RefusedRequestError';
    const { type, status } = typeof refusal === 'string' ? { type: refusal, status: statuses[refusal] } : refusal;
    if (!Number.isInteger(status) || status < 400 || status > 599) {
      throw new TypeError(`status of the refusal "${type}": got ${status}, expected a whole number from 400 to 599`);
    }
    this.code = type;
    this.status = status;
    this.headers = headers;
    this.data = data;
  }
}

export interface FailureOptions {
  /** What failed: for HEAD the response has no body, and the log names method and URL. */
  readonly request?: Request | undefined;
  /** The malformed input is the body of this request: a 400 that names the place. Default false: stored items are malformed. */
  readonly requestBody?: boolean | undefined;
  /**
   * Status if stored data is malformed or damaged. Default 500, after which many clients try again for minutes, though that changes nothing.
   * A lack of memory or file descriptors stays a 500.
   */
  readonly damagedStatus?: 422 | 500 | undefined;
  /** Let pages of any origin read the response. Default true. */
  readonly cors?: boolean | undefined;
  /** Called for every failure of the server itself (5xx). Default: a line on standard error. */
  readonly log?: Log | undefined;
}

/**
 * The response for an error, before anything was sent: `{"error":{"type","message"}}`, whatever the format. An error of unknown kind is
 * a 500 whose message says nothing about the server.
 */
export function failureResponse(error: unknown, options: FailureOptions = {}): Response {
  const { request, cors = true, log = logToStandardError } = options;
  const { type, message, status, headers: ownHeaders, data } = answerTo(error, options);
  if (status >= 500 || status === options.damagedStatus)
    log({ error, status, method: request?.method, url: request && publicUrl(request.url) });
  const body = new TextEncoder().encode(JSON.stringify({ error: { type, message, ...(data !== undefined && { data }) } }));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
    'x-content-type-options': 'nosniff',
    ...(cors && corsHeaders),
    ...ownHeaders,
  };
  return request?.method === 'HEAD' ? new Response(null, { status, headers }) : completeResponse(body, { status, headers });
}

interface Answer extends Refusal, Pick<RefusalOptions, 'headers' | 'data'> {
  readonly message: string;
}

function answerTo(error: unknown, { requestBody = false, damagedStatus = 500 }: FailureOptions): Answer {
  if (error instanceof RefusedRequestError) {
    const { code: type, status, message, headers, data } = error;
    return { type, status, message, headers, data };
  }
  const type = typeOf(error);
  const isOfBody = type === 'malformed-input' && requestBody;
  const status = isOfBody ? 400 : isDamage(error) ? damagedStatus : statuses[type];
  // The error's own message names a path of the server.
  if (type === 'record-not-found') {
    const { missing = 'Dataset' } = error as Partial<UnreadableSourceError>;
    return { type, status, message: `${missing} was not found` };
  }
  if (error instanceof UnwritableOutputError) return { type, status, message: unwritableMessage(error) };
  return { type, status, message: (isOfBody ? undefined : outward[type]) ?? (error as Error).message };
}

/** What may be missing now and there later. */
const passing = new Set(['EAGAIN', 'EBUSY', 'EMFILE', 'ENFILE', 'ENOMEM']);

/** Whether an error is about stored data, which is the same at the next request. */
function isDamage(error: unknown): boolean {
  const type = typeOf(error);
  const { code } = ((error as Error | undefined)?.cause ?? {}) as NodeJS.ErrnoException;
  return type === 'malformed-input' || (type === 'unreadable-source' && !passing.has(String(code)));
}

function typeOf(error: unknown): FailureType {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return Object.hasOwn(statuses, code) ? (code as FailureType) : 'internal-server-error';
}

/** The system's description of an error, without a path: "no space left on device", "too many open files". */
function unwritableMessage({ temporary, cause }: UnwritableOutputError): string {
  const isSystem = cause instanceof Error && 'errno' in cause;
  const what = temporary ? 'its temporary files' : 'the data to store';
  return `The server cannot write ${what}${isSystem ? `: ${systemReason(cause)}` : ''}`;
}
