import { json } from '../answers.js';
import type { Caller } from '../caller.js';
import { cutBody } from './bodies.js';
import type { Failure } from './failures.js';

/** The API's error type for a status, for failures without a type. */
const types: Readonly<Record<number, string>> = {
  401: 'invalid-token',
  403: 'insufficient-permissions',
  404: 'record-not-found',
  413: 'request-too-large',
  429: 'rate-limit-exceeded',
};

/** Makes a request fail as asked for: with an error response, or with the usual response on a connection that breaks. */
export async function fail(failure: Failure, caller: Caller, answer: () => Promise<Response>): Promise<Response> {
  const { status = 500, afterBytes, retryAfter } = failure;
  if (afterBytes !== undefined) {
    const response = await answer();
    if (afterBytes === 0 || response.body === null) caller.hangUp();
    const { headers } = response;
    return new Response(cutBody(response.body, afterBytes), { status: response.status === 204 ? 200 : response.status, headers });
  }
  const type = failure.type ?? types[status] ?? (status < 500 ? 'invalid-request' : 'internal-server-error');
  const message = failure.message ?? 'Failed, as requested with /_emulator/fail-next';
  const headers = retryAfter === undefined ? {} : { 'retry-after': String(retryAfter) };
  return json({ error: { type, message } }, { status, headers });
}
