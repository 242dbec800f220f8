import { useCallback, useEffect, useState } from 'preact/hooks';

export interface Loaded<T> {
  /** The latest value; also while it is loaded again. */
  readonly value: T | undefined;
  readonly error: Error | undefined;
  readonly loading: boolean;
  /** Loads again. */
  readonly reload: () => void;
}

/**
 * Loads a value, and again when one of `inputs` changes; an earlier request is then aborted. `every`: milliseconds after which a value is
 * loaded again, while the page is visible. Default: never.
 */
export function useLoad<T>(
  load: (signal: AbortSignal) => Promise<T>,
  inputs: readonly unknown[],
  { every }: { readonly every?: number | undefined } = {},
): Loaded<T> {
  const [state, setState] = useState<Omit<Loaded<T>, 'reload'>>({ value: undefined, error: undefined, loading: true });
  const [round, setRound] = useState(0);
  const key = JSON.stringify(inputs);
  useEffect(() => setState({ value: undefined, error: undefined, loading: true }), [key]);
  useEffect(() => {
    const ending = new AbortController();
    let timer: ReturnType<typeof setTimeout> | undefined;
    const run = async (): Promise<void> => {
      if (document.hidden && every !== undefined) {
        timer = setTimeout(run, every);
        return;
      }
      try {
        const value = await load(ending.signal);
        if (!ending.signal.aborted) setState({ value, error: undefined, loading: false });
      } catch (error) {
        if (ending.signal.aborted) return;
        setState(({ value }) => ({ value, error: error instanceof Error ? error : new Error(String(error)), loading: false }));
      }
      if (every !== undefined && !ending.signal.aborted) timer = setTimeout(run, every);
    };
    void run();
    return () => {
      ending.abort();
      clearTimeout(timer);
    };
  }, [key, round, every]);
  return { ...state, reload: useCallback(() => setRound((count) => count + 1), []) };
}
