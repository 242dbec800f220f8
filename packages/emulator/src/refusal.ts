import type { Refusal } from '@dataset-items/http';

/** Status of each error code that only the emulator uses. The codes of all servers of items are in the http package. */
const statuses = {
  'cannot-charge-apify-event': 400,
  'cannot-charge-non-pay-per-event-actor': 400,
  'cannot-remove-running-run': 400,
  'invalid-idempotency-key': 400,
  'invalid-record-key': 400,
  'job-finished': 400,
  'max-metamorphs-exceeded': 400,
  'max-total-charge-usd-below-minimum': 400,
  'run-failed': 400,
  'standby-not-enabled': 400,
  'standby-run-failed': 400,
  'schema-validation-error': 400,
  'build-not-found': 403,
  'unknown-build-tag': 403,
  'page-not-found': 404,
  'not-implemented': 405,
  'run-timeout-exceeded': 408,
  'standby-timeout-exceeded': 408,
  'name-not-unique': 409,
  'request-handled-or-locked': 409,
  'record-too-large': 413,
  'range-not-satisfiable': 416,
  'web-server-unavailable': 502,
} as const;

/** The refusal for a `RefusedRequestError`: one of these codes with its status. */
export function refusal(type: keyof typeof statuses): Refusal {
  return { type, status: statuses[type] };
}
