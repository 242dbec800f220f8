import type { Arguments } from '@dataset-items/query-pipeline';
import { list, text, wholeNumber } from '@dataset-items/query-pipeline';

/** What `/_emulator/fail-next` takes, in its query or as JSON. */
export const failureParameters = {
  status: wholeNumber('Status to answer with', { least: 400, most: 599, defaultText: '500' }),
  afterBytes: wholeNumber('Answer, and break the connection after so many bytes of the body; 0: before the headers'),
  count: wholeNumber('Requests that fail', { least: 1, defaultText: '1' }),
  path: text('Only requests whose path holds this text'),
  methods: list('Only requests with one of these methods'),
  type: text('`type` of the error'),
  message: text('`message` of the error'),
  retryAfter: wholeNumber('Seconds, sent as `Retry-After`'),
} as const;

export type WantedFailure = Arguments<typeof failureParameters>;

export interface Failure extends WantedFailure {
  readonly count: number;
}

/** Failures that wait for the requests they are meant for. */
export interface Failures {
  add(wanted: WantedFailure): void;
  /** Those that wait, with how many requests each has left. */
  waiting(): readonly Failure[];
  /** The first that is meant for a request; it has one less left. */
  take(request: Request): Failure | undefined;
  clear(): void;
}

export function waitingFailures(): Failures {
  let waiting: Failure[] = [];
  return {
    add(wanted) {
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

function isMeantFor({ path, methods }: Failure, { url, method }: Request): boolean {
  if (methods !== undefined && !methods.some((one) => one.toUpperCase() === method)) return false;
  return path === undefined || new URL(url).pathname.includes(path);
}
