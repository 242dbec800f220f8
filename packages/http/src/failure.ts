import type { ErrorCode } from '@dataset-items/query-pipeline';
import { corsHeaders } from './headers.js';
import { type Log, logToStandardError, publicUrl } from './log.js';

/** Status of every type of failure (SEMANTICS section 9): the errors of the library, and what only a server refuses. */
const statuses = {
  'invalid-parameter': 400,
  'invalid-input': 400,
  'no-columns-in-exported-dataset': 400,
  'requested-dataset-view-does-not-exist': 400,
  'run-failed': 400,
  'invalid-record-key': 400,
  'cannot-remove-running-run': 400,
  'schema-validation-error': 400,
  'token-not-provided': 401,
  'invalid-token': 401,
  'insufficient-permissions': 403,
  'unknown-build-tag': 403,
  'build-not-found': 403,
  'record-not-found': 404,
  'page-not-found': 404,
  'method-not-allowed': 405,
  'run-timeout-exceeded': 408,
  'name-not-unique': 409,
  'request-not-locked': 409,
  'request-too-large': 413,
  'record-too-large': 413,
  'unsupported-content-encoding': 415,
  'rate-limit-exceeded': 429,
  'internal-server-error': 500,
  'malformed-input': 500,
  'unreadable-source': 500,
  'unwritable-output': 500,
  'not-implemented': 501,
} as const satisfies Record<ErrorCode, number> & Record<string, number>;

export type FailureType = keyof typeof statuses;

/** What a response says where the error itself speaks of the server: its files, its disk. The log has the rest. */
const outward: Partial<Record<FailureType, string>> = {
  'internal-server-error': 'The server failed to answer; the fault is its own',
  'malformed-input': 'The stored items are malformed',
  'unreadable-source': 'The stored items cannot be read',
  'unwritable-output': 'The server has no room for its temporary files',
};

export interface RefusalOptions extends ErrorOptions {
  /** Sent with the response: `Allow`, `Retry-After`. */
  readonly headers?: Readonly<Record<string, string>> | undefined;
  /** Told beside type and message, as `error.data`. */
  readonly data?: unknown;
}

/** A request that a server refuses, for whichever reason of SEMANTICS section 9. Its message goes to the client. */
export class RefusedRequestError extends Error {
  readonly code: FailureType;
  readonly status: number;
  readonly headers: Readonly<Record<string, string>>;
  readonly data: unknown;

  constructor(type: FailureType, message: string, { headers = {}, data, ...options }: RefusalOptions = {}) {
    super(message, options);
    this.name = 'RefusedRequestError';
    this.code = type;
    this.status = statuses[type];
    this.headers = headers;
    this.data = data;
  }
}

export interface FailureOptions {
  /** What failed: its method decides whether there is a body, and it stands in the log. */
  readonly request?: Request | undefined;
  /** The malformed input is the body of this request: 400, and the client is told where. Default false: what is stored is malformed. */
  readonly requestBody?: boolean | undefined;
  /** Default true. */
  readonly cors?: boolean | undefined;
  /** Told of what is the server's own fault (5xx). Default: a line on standard error. */
  readonly log?: Log | undefined;
}

/**
 * The response for an error, before anything was sent: `{"error":{"type","message"}}`, whatever the format asked for. What is not known
 * is a 500 that tells nothing of itself.
 */
export function failureResponse(error: unknown, options: FailureOptions = {}): Response {
  const { request, cors = true, log = logToStandardError } = options;
  const type = typeOf(error);
  const status = statusOf(error, options);
  if (status >= 500) log({ error, status, method: request?.method, url: request && publicUrl(request.url) });
  const refusal = error instanceof RefusedRequestError ? error : undefined;
  const message = refusal?.message ?? messageOf(error, type, status);
  const data = refusal?.data === undefined ? {} : { data: refusal.data };
  const body = new TextEncoder().encode(JSON.stringify({ error: { type, message, ...data } }));
  const headers = {
    'content-type': 'application/json; charset=utf-8',
    'content-length': String(body.length),
    'x-content-type-options': 'nosniff',
    ...(cors && corsHeaders),
    ...refusal?.headers,
  };
  return new Response(request?.method === 'HEAD' ? null : body, { status, headers });
}

/** The status that an error is answered with. */
export function statusOf(error: unknown, { requestBody = false }: Pick<FailureOptions, 'requestBody'> = {}): number {
  const type = typeOf(error);
  return type === 'malformed-input' && requestBody ? 400 : statuses[type];
}

function typeOf(error: unknown): FailureType {
  const code = error instanceof Error && 'code' in error ? String(error.code) : '';
  return Object.hasOwn(statuses, code) ? (code as FailureType) : 'internal-server-error';
}

function messageOf(error: unknown, type: FailureType, status: number): string {
  // Its own message names a path of the server.
  if (type === 'record-not-found') return 'Dataset was not found';
  return (status >= 500 ? outward[type] : undefined) ?? (error as Error).message;
}
