import type { RequestListener } from 'node:http';
import { failureResponse, type Log, RefusedRequestError, toNodeHandler } from '@dataset-items/http';
import type { Limits } from './options.js';

export type Respond = (request: Request) => Promise<Response>;

interface Responding {
  readonly limits: Limits;
  readonly log: Log;
}

/**
 * A listener of node:http that sends the response of `respond`, or the response for its error. The signal of the request fires when the client
 * disconnects, or when `limits.timeout` is over.
 */
export function respondWith(respond: Respond, { limits, log }: Responding): RequestListener {
  const handler: Respond = async (incoming) => {
    const signal = inTime(incoming.signal, limits.timeout);
    const request = signal === incoming.signal ? incoming : new Request(incoming, { signal });
    try {
      return await respond(request);
    } catch (error) {
      // The client has disconnected, so nobody gets this status.
      if (incoming.signal.aborted) return new Response(null, { status: 499 });
      return failureResponse(asFailure(error), { request, log, cors: false });
    }
  };
  return toNodeHandler(handler, { log });
}

/** A signal that fires with the given one, or with a `TimeoutError` after the time-out. @param timeout milliseconds; 0: no limit */
export function inTime(signal: AbortSignal, timeout: number): AbortSignal {
  return timeout === 0 ? signal : AbortSignal.any([signal, AbortSignal.timeout(timeout)]);
}

/** The error for which the response is made: a `timed-out` if the time of the response is over, otherwise the same error. */
export function asFailure(error: unknown): unknown {
  if (!(error instanceof Error) || error.name !== 'TimeoutError') return error;
  return new RefusedRequestError('timed-out', 'The response takes longer than the proxy allows', { cause: error });
}
