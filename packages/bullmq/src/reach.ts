import type { Queue } from 'bullmq';

/** A queue that does not answer: its server is not there, or refuses the connection. */
export class UnreachableQueueError extends Error {
  readonly code = 'unavailable';
  /** Where the queue is, without secrets. */
  readonly address: string;

  constructor(address: string, reason: string, options?: ErrorOptions) {
    super(`${address}: the queue cannot be reached: ${reason}`, options);
    this.name = 'UnreachableQueueError';
    this.address = address;
  }
}

/** @returns ends when the queue answers. @throws UnreachableQueueError */
export type Reach = () => Promise<void>;

/**
 * Without this, a client of Redis waits for its server for as long as it is away.
 * @param timeout milliseconds in which the queue must answer
 */
export function reachOf(queue: Queue, address: string, timeout: number): Reach {
  let last: Error | undefined;
  queue.on('error', (error) => {
    last = error;
  });
  return async () => {
    let timer: NodeJS.Timeout | undefined;
    const late = new Promise<never>((_, reject) => {
      timer = setTimeout(() => reject(last ?? new Error(`it did not answer in ${timeout / 1000} seconds`)), timeout);
    });
    try {
      await Promise.race([queue.waitUntilReady().then(() => queue.isPaused()), late]);
      last = undefined;
    } catch (cause) {
      throw unreachable(address, cause);
    } finally {
      clearTimeout(timer);
    }
  };
}

export function unreachable(address: string, cause: unknown): UnreachableQueueError {
  const { message, code, errors } = cause as Error & { readonly code?: string; readonly errors?: readonly Error[] };
  // An address with several meanings, such as localhost, has an error for each.
  const reason = message || errors?.map((each) => each.message).join(', ') || code || String(cause);
  return new UnreachableQueueError(address, reason, { cause });
}
