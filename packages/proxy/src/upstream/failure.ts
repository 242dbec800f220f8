import { RefusedRequestError } from '@dataset-items/http';

/** Codes of a connection that failed, or broke before a response began. */
const lost = new Set([
  ...['EAI_AGAIN', 'ECONNREFUSED', 'ECONNRESET', 'EHOSTUNREACH', 'ENETUNREACH', 'EPIPE', 'ETIMEDOUT'],
  ...['UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_SOCKET'],
]);
const timeouts = new Set(['UND_ERR_BODY_TIMEOUT', 'UND_ERR_CONNECT_TIMEOUT', 'UND_ERR_HEADERS_TIMEOUT', 'ETIMEDOUT']);

/** Whether the upstream could not be reached, or the connection broke. */
export function isLost(error: unknown): boolean {
  return lost.has(codeOf(error));
}

/**
 * The error that a client gets if the upstream gives no valid response: a 502, or a 504 if it took too long.
 * @param origin of the upstream
 */
export function upstreamFailure(origin: string, cause: unknown): RefusedRequestError {
  if (cause instanceof RefusedRequestError) return cause;
  const code = codeOf(cause);
  if (timeouts.has(code)) {
    return new RefusedRequestError({ type: 'upstream-timed-out', status: 504 }, `${origin} did not answer in time`, { cause });
  }
  return new RefusedRequestError({ type: 'upstream-failed', status: 502 }, `${origin} ${reasonOf(cause, code)}`, { cause });
}

function reasonOf(cause: unknown, code: string): string {
  if (code === 'UND_ERR_HEADERS_OVERFLOW') return 'answered with a header that is too large';
  if (code === 'UND_ERR_RES_CONTENT_LENGTH_MISMATCH') return 'sent a number of bytes that differs from its Content-Length';
  if (code.startsWith('HPE_')) return 'answered with something that is not HTTP';
  if (code === 'malformed-input') return 'sent stored items that are malformed';
  if (lost.has(code)) return `cannot be reached, or broke the connection (${code})`;
  const isPrivate = cause instanceof Error && cause.message.includes('which is private');
  return isPrivate
    ? 'is at a private address; allow it with --allow-private'
    : `failed to answer${code === '' ? '' : ` (${code})`}`;
}

function codeOf(error: unknown): string {
  return error instanceof Error && 'code' in error ? String(error.code) : '';
}
