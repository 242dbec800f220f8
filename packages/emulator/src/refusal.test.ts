import { failureResponse, RefusedRequestError } from '@dataset-items/http';
import { describe, expect, it } from 'vitest';
import { refusal } from './refusal.js';

describe('codes of the emulator', () => {
  it.each([
    ['cannot-remove-running-run', 400],
    ['invalid-record-key', 400],
    ['run-failed', 400],
    ['schema-validation-error', 400],
    ['build-not-found', 403],
    ['unknown-build-tag', 403],
    ['page-not-found', 404],
    ['not-implemented', 405],
    ['run-timeout-exceeded', 408],
    ['name-not-unique', 409],
    ['request-handled-or-locked', 409],
    ['record-too-large', 413],
  ] as const)('%s is answered with %i', async (type, status) => {
    const response = failureResponse(new RefusedRequestError(refusal(type), 'Why'), { log: () => {} });
    expect([response.status, await response.json()]).toEqual([status, { error: { type, message: 'Why' } }]);
  });
});
