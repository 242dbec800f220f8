import type { Batch } from '@dataset-items/query-pipeline';
import type { CheckedSource, Window } from '@dataset-items/sources';

/** A source for one export. */
export interface Opened {
  readonly source: CheckedSource;
  /** A walk over the source. It closes the source after the last item, before all output is written, or when the walk ends early. */
  batches(window: Window, signal: AbortSignal | undefined): AsyncIterable<Batch>;
  /** Closes the source, unless it is closed already. */
  close(): Promise<void>;
}

export function openOnce(source: CheckedSource): Opened {
  let closing: Promise<void> | undefined;
  const close = (): Promise<void> => {
    closing ??= (async () => source.close?.())();
    return closing;
  };
  return {
    source,
    close,
    async *batches(window, signal) {
      try {
        yield* source.read(window, signal);
      } finally {
        await close();
      }
    },
  };
}

/** Reports each batch before it is handed on. */
export async function* counted(batches: AsyncIterable<Batch>, onItems: (count: number) => void): AsyncGenerator<Batch> {
  for await (const batch of batches) {
    onItems(batch.length);
    yield batch;
  }
}
