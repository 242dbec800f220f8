import { RefusedRequestError } from '@dataset-items/http';
import { type Arguments, InvalidParameterError, list, text, wholeNumber } from '@dataset-items/query-pipeline';

/** Parameters of `/_emulator/fail-next`, in its query or as JSON. */
export const failureParameters = {
  status: wholeNumber('Status of the response', { least: 400, most: 599, defaultText: '500' }),
  afterBytes: wholeNumber(
    'Send the usual response, but break the connection after this number of bytes of its body; 0: before the headers',
  ),
  count: wholeNumber('Number of requests that fail', { least: 1, defaultText: '1' }),
  path: text('Only requests whose path contains this text'),
  methods: list('Only requests with one of these methods'),
  type: text('`type` of the error'),
  message: text('`message` of the error'),
  retryAfter: wholeNumber('Seconds, sent as `Retry-After`'),
} as const;

export type WantedFailure = Arguments<typeof failureParameters>;

export interface Failure extends WantedFailure {
  readonly count: number;
}

/** Pending failures: each waits for requests that match it. */
export interface Failures {
  /** @throws RefusedRequestError if too many are pending, InvalidParameterError for a text that is too long */
  add(wanted: WantedFailure): void;
  /** Pending failures, each with the number of requests that it has left. */
  waiting(): readonly Failure[];
  /** Uses the first failure that matches a request, once. */
  take(request: Request): Failure | undefined;
  clear(): void;
}

/** Largest number of pending failures. Together with the length of their texts it limits memory. */
const MOST_WAITING = 1000;
const LONGEST_TEXT = 4096;

export function waitingFailures(): Failures {
  let waiting: Failure[] = [];
  return {
    add(wanted) {
      refuseTooMuch(wanted, waiting.length);
      waiting.push({ ...wanted, count: wanted.count ?? 1 });
    },
    waiting: () => waiting,
    take(request) {
      const failure = waiting.find((one) => isMeantFor(one, request));
      if (failure === undefined) return undefined;
      waiting = waiting.flatMap((one) => (one !== failure ? [one] : one.count > 1 ? [{ ...one, count: one.count - 1 }] : []));
      return failure;
    },
    clear() {
      waiting = [];
    },
  };
}

function refuseTooMuch({ path = '', type = '', message = '', methods = [] }: WantedFailure, waiting: number): void {
  if (waiting >= MOST_WAITING) {
    throw new RefusedRequestError(
      'rate-limit-exceeded',
      `${MOST_WAITING} failures are pending already; DELETE /_emulator/fail-next removes them`,
    );
  }
  for (const [name, text] of Object.entries({ path, type, message, methods: methods.join() })) {
    if (text.length > LONGEST_TEXT)
      throw new InvalidParameterError(name, text.slice(0, 100), `at most ${LONGEST_TEXT} characters`);
  }
}

function isMeantFor({ path, methods }: Failure, { url, method }: Request): boolean {
  if (methods !== undefined && !methods.some((one) => one.toUpperCase() === method)) return false;
  return path === undefined || new URL(url).pathname.includes(path);
}
