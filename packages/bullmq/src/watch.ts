/** Milliseconds between two looks at whether a running task is still wanted. A cancelled export must end within 10 seconds. */
const lookEvery = 2000;

export interface Watch {
  /** Aborted when the work is no longer wanted. */
  readonly signal: AbortSignal;
  /** Looks at once. @returns whether the work is still wanted */
  look(): Promise<boolean>;
  end(): void;
}

/**
 * Looks now and then whether work is still wanted.
 * @param outer aborted when the worker is closed
 * @param unwanted gives the reason to stop; it may fail, as a queue can be out of reach for some time
 * @param onLook called with each look
 */
export async function watched(
  outer: AbortSignal,
  unwanted: () => Promise<Error | undefined>,
  onLook: () => Promise<unknown> = async () => undefined,
): Promise<Watch> {
  const stopping = new AbortController();
  const look = async (): Promise<boolean> => {
    const reason = await unwanted();
    if (reason !== undefined) stopping.abort(reason);
    else await onLook();
    return reason === undefined;
  };
  await look();
  let looking = false;
  const timer = setInterval(() => {
    if (looking) return;
    looking = true;
    look()
      // The next look tells.
      .catch(() => undefined)
      .finally(() => {
        looking = false;
      });
  }, lookEvery);
  return { signal: AbortSignal.any([stopping.signal, outer]), look, end: () => clearInterval(timer) };
}

/** Ends as soon as the signal is aborted, with its reason. */
export async function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  const { promise: aborted, reject } = withReject();
  const leave = (): void => reject(signal.reason);
  signal.addEventListener('abort', leave, { once: true });
  if (signal.aborted) leave();
  try {
    return await Promise.race([work, aborted]);
  } finally {
    signal.removeEventListener('abort', leave);
  }
}

function withReject(): { readonly promise: Promise<never>; readonly reject: (reason: unknown) => void } {
  let reject: (reason: unknown) => void = () => undefined;
  const promise = new Promise<never>((_, fail) => {
    reject = fail;
  });
  return { promise, reject };
}
