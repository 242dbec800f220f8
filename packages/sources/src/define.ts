import type { Facts } from '@dataset-items/query-pipeline';
import { completed, isObject } from './checked.js';
import { checkDefinition } from './definition.js';
import { readItems } from './item-batches.js';
import { factsOf, type Items, type MemoryOptions } from './memory.js';
import { closeUnread } from './once.js';
import type { CheckedSource, Source } from './source.js';
import type { Window } from './window.js';

/** A source that gives its items one by one. */
export interface SourceDefinition extends Pick<Source, 'applies' | 'close' | 'trusted'> {
  /** Default: `items` as id and name, no date. */
  readonly facts?: Partial<Facts> | undefined;
  /** Number of stored items, independent of the window. `undefined` if it is known only after reading everything. */
  total?(): number | undefined | Promise<number | undefined>;
  /**
   * The items of a window. Parts of the window that `applies` does not name are applied afterwards. Called once per walk.
   * @param window the window to apply; parts that `applies` does not name select everything
   * @param signal fires when the items are no longer needed; a pending wait is abandoned
   */
  items(window: Window, signal: AbortSignal): Items | Promise<Items>;
}

/**
 * Creates a source from a function that gives items, such as a database query. Items are converted as by `itemsSource`. Parts of a window
 * that `applies` does not name are applied to the items as they arrive; for `desc` all items are kept in a temporary file then.
 * @throws InvalidParameterError for a definition without `items`, and for an unknown name or a value of another kind
 */
export function defineSource(
  definition: SourceDefinition,
  options: Pick<MemoryOptions, 'bigint' | 'maxDepth' | 'skipMalformed' | 'temporaryDirectory'> = {},
): CheckedSource {
  checkDefinition(definition, 'items', options);
  const { applies, trusted, close } = definition;
  const source = {
    facts: factsOf(definition.facts),
    total: async () => definition.total?.(),
    applies,
    trusted,
    ...(close && { close: () => definition.close?.() }),
  };
  return completed(source, options, async function* (asked, signal = new AbortController().signal, taking) {
    const items = await opened(definition.items(asked, signal), signal);
    yield* readItems(items, taking, signal, asked.offset);
  });
}

/** The items, or the reason of the signal as soon as it fires. Items that arrive later are closed. */
async function opened(items: Items | Promise<Items>, signal: AbortSignal): Promise<Items> {
  if (!isObject(items) || !('then' in items)) return items;
  return new Promise((resolve, reject) => {
    const abort = (): void => reject(signal.reason);
    if (signal.aborted) abort();
    signal.addEventListener('abort', abort, { once: true });
    items
      .then(async (arrived) => {
        if (signal.aborted) await closeUnread(arrived);
        resolve(arrived);
      })
      .catch(reject)
      .finally(() => signal.removeEventListener('abort', abort));
  });
}
