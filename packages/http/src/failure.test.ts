import {
  InvalidParameterError,
  MalformedInputError,
  NoColumnsError,
  UnknownViewError,
  UnreadableSourceError,
  UnwritableOutputError,
} from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { type FailureType, failureResponse, RefusedRequestError } from './failure.js';
import type { LoggedFailure } from './log.js';

interface Row {
  readonly error: unknown;
  readonly status: number;
  readonly type: string;
  readonly message: string;
}

const secretPath = '/srv/private/items.jsonl';
const internal = 'The server failed because of an internal error';

const rows: readonly Row[] = [
  {
    error: new InvalidParameterError('limit', '-3', 'a whole number, 0 or more'),
    status: 400,
    type: 'invalid-parameter',
    message: 'limit: got "-3", expected a whole number, 0 or more',
  },
  {
    error: new UnknownViewError('x', ['overview']),
    status: 400,
    type: 'requested-dataset-view-does-not-exist',
    message: 'view: no view is called "x"; there are: overview',
  },
  { error: new NoColumnsError(), status: 400, type: 'no-columns-in-exported-dataset', message: new NoColumnsError().message },
  {
    error: new MalformedInputError(secretPath, { line: 3, byte: 17 }, 'not valid JSON'),
    status: 500,
    type: 'malformed-input',
    message: 'The stored items are malformed',
  },
  {
    error: new UnreadableSourceError(secretPath, 'no such file', { missing: true }),
    status: 404,
    type: 'record-not-found',
    message: 'Dataset was not found',
  },
  {
    error: new UnreadableSourceError(secretPath, 'it was removed', { missing: 'Request queue' }),
    status: 404,
    type: 'record-not-found',
    message: 'Request queue was not found',
  },
  {
    error: new UnreadableSourceError(secretPath, 'permission denied'),
    status: 500,
    type: 'unreadable-source',
    message: 'The stored items cannot be read',
  },
  {
    error: new UnwritableOutputError(secretPath, 'no space left on device'),
    status: 500,
    type: 'unwritable-output',
    message: 'The server cannot write the data to store',
  },
  { error: new TypeError(secretPath), status: 500, type: 'internal-server-error', message: internal },
  {
    error: Object.assign(new Error(secretPath), { code: 'ENOENT' }),
    status: 500,
    type: 'internal-server-error',
    message: internal,
  },
  {
    error: Object.assign(new Error('x'), { code: 'constructor' }),
    status: 500,
    type: 'internal-server-error',
    message: internal,
  },
  { error: 'a string', status: 500, type: 'internal-server-error', message: internal },
  { error: undefined, status: 500, type: 'internal-server-error', message: internal },
  ...(
    [
      [400, 'invalid-input'],
      [401, 'token-not-provided'],
      [401, 'invalid-token'],
      [403, 'insufficient-permissions'],
      [404, 'record-not-found'],
      [405, 'method-not-allowed'],
      [413, 'request-too-large'],
      [415, 'unsupported-content-encoding'],
      [429, 'rate-limit-exceeded'],
    ] satisfies [number, FailureType][]
  ).map(([status, type]) => ({ error: new RefusedRequestError(type, `Why: ${type}`), status, type, message: `Why: ${type}` })),
  {
    error: new RefusedRequestError({ type: 'quota-exceeded', status: 402 }, 'No credit is left'),
    status: 402,
    type: 'quota-exceeded',
    message: 'No credit is left',
  },
  {
    error: new RefusedRequestError({ type: 'not-implemented', status: 501 }, 'Not here'),
    status: 501,
    type: 'not-implemented',
    message: 'Not here',
  },
];

describe('failures', () => {
  it.each(rows)('$type: $status: $message', async ({ error, status, type, message }) => {
    const logged: LoggedFailure[] = [];
    const request = new Request('http://localhost/items?token=secret&format=csv&signature=secret#x');
    const response = failureResponse(error, { request, log: (failure) => logged.push(failure) });
    const text = await response.text();
    expect([response.status, JSON.parse(text)]).toEqual([status, { error: { type, message } }]);
    expect(response.headers.get('content-type')).toBe('application/json; charset=utf-8');
    expect(response.headers.get('content-length')).toBe(String(Buffer.byteLength(text)));
    expect(text).not.toContain('private');
    const told = { error, status, method: 'GET', url: 'http://localhost/items?format=csv' };
    expect(logged).toEqual(status < 500 ? [] : [told]);
  });

  it('malformed input in the body of the request: 400 with the place', async () => {
    const error = new MalformedInputError('request body', { line: 3, byte: 17 }, 'not valid JSON');
    const response = failureResponse(error, { requestBody: true });
    expect([response.status, await response.json()]).toEqual([
      400,
      { error: { type: 'malformed-input', message: 'request body: line 3, byte 17: not valid JSON' } },
    ]);
  });

  it('a refusal carries headers and data', async () => {
    const error = new RefusedRequestError({ type: 'schema-validation-error', status: 400 }, 'no', {
      headers: { 'retry-after': '1' },
      data: { invalidItems: [1] },
    });
    const response = failureResponse(error);
    expect(response.headers.get('retry-after')).toBe('1');
    expect(await response.json()).toEqual({
      error: { type: 'schema-validation-error', message: 'no', data: { invalidItems: [1] } },
    });
  });

  it('HEAD: the same headers without a body', async () => {
    const error = new RefusedRequestError('invalid-token', 'no');
    const url = 'http://localhost/';
    const head = failureResponse(error, { request: new Request(url, { method: 'HEAD' }) });
    const get = failureResponse(error, { request: new Request(url) });
    expect([...head.headers]).toEqual([...get.headers]);
    expect([head.status, await head.text()]).toEqual([401, '']);
  });
});
