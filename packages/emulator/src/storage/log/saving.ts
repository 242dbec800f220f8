/** Something that is written some time after it changed, one writing at a time. */
export interface Saving {
  soon(): void;
  /** Resolves when what is there now is written. */
  now(): Promise<void>;
  /** Resolves when nothing is being written; what changed is not written any more. */
  stop(): Promise<void>;
  /** Resolves when every change is written. */
  finish(): Promise<void>;
}

/** @param onFailure told of what failed while nobody waited; it is tried again with the next change, and at the end */
export function saving(save: () => Promise<void>, delay: number, onFailure: (error: unknown) => void): Saving {
  let timer: NodeJS.Timeout | undefined;
  let changed = false;
  let last: Promise<void> = Promise.resolve();
  const now = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    changed = true;
    const next = last.then(async () => {
      changed = false;
      try {
        await save();
      } catch (error) {
        changed = true;
        throw error;
      }
    });
    last = next.catch(() => undefined);
    return next;
  };
  const stop = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    await last;
  };
  return {
    now,
    stop,
    soon() {
      changed = true;
      timer ??= setTimeout(() => now().catch(onFailure), delay).unref();
    },
    async finish() {
      await stop();
      if (changed) await now();
    },
  };
}
