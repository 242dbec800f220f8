/** Milliseconds after which notes are written. */
const delay = 5000;

/** Small changes that are collected and written together after a delay, and at the end. */
export interface LaterNotes<T> {
  add(one: T): void;
  close(): Promise<void>;
}

export function laterNotes<T>(write: (noted: readonly T[]) => Promise<void>, warn: (message: string) => void): LaterNotes<T> {
  const noted = new Set<T>();
  let timer: NodeJS.Timeout | undefined;
  let writing: Promise<void> = Promise.resolve();
  const writeNow = (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    const all = [...noted];
    noted.clear();
    if (all.length === 0) return writing;
    writing = writing
      .then(() => write(all))
      .catch((error: Error) => {
        for (const one of all) noted.add(one);
        warn(error.message);
      });
    return writing;
  };
  return {
    add(one) {
      noted.add(one);
      timer ??= setTimeout(writeNow, delay).unref();
    },
    close: writeNow,
  };
}
