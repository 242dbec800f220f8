import { RefusedRequestError } from './failure.js';
import type { ItemsOptions } from './options.js';

/** Why a response is not finished: the client left, or the server ended it, which is a `RefusedRequestError` and logged. */
export interface Leaving {
  readonly controller: AbortController;
  /** Stops waiting for reasons to leave. May be called twice. */
  readonly end: () => void;
}

export function leavingOf(request: Request, { timeout, signal }: Pick<ItemsOptions, 'timeout' | 'signal'>): Leaving {
  const controller = new AbortController();
  const onRequest = (): void =>
    controller.abort(isTimeout(request.signal.reason) ? timedOut(request.signal.reason) : request.signal.reason);
  const onServer = (): void => controller.abort(stopped(signal?.reason));
  const timer = timeout === undefined ? undefined : setTimeout(() => controller.abort(timedOut()), timeout);
  timer?.unref();
  request.signal.addEventListener('abort', onRequest, { once: true });
  signal?.addEventListener('abort', onServer, { once: true });
  if (signal?.aborted) onServer();
  else if (request.signal.aborted) onRequest();
  const end = (): void => {
    clearTimeout(timer);
    request.signal.removeEventListener('abort', onRequest);
    signal?.removeEventListener('abort', onServer);
  };
  return { controller, end };
}

/** As `AbortSignal.timeout` has it: clients leave for other reasons. */
function isTimeout(reason: unknown): boolean {
  return reason instanceof Error && reason.name === 'TimeoutError';
}

function timedOut(cause?: unknown): RefusedRequestError {
  return new RefusedRequestError('timed-out', 'The response takes longer than the server allows', { cause });
}

function stopped(reason: unknown): unknown {
  if (reason instanceof RefusedRequestError) return reason;
  return isTimeout(reason)
    ? timedOut(reason)
    : new RefusedRequestError('unavailable', 'The server is stopping', { cause: reason });
}
