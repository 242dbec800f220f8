import type { LargeExports } from '@dataset-items/http';
import type { LargeSettings } from './large-flags.js';
import { loadQueue } from './load-queue.js';
import { storedAt } from './stored-at.js';
import { notify, paint, shown } from './terminal.js';

/** Large exports of a server, and what it closes at its end. */
export interface OpenLarge {
  readonly large: LargeExports | undefined;
  close(): Promise<void>;
}

/** @throws UnavailableError if BullMQ is not installed, InvalidParameterError */
export async function openLarge(settings: LargeSettings | undefined): Promise<OpenLarge> {
  if (settings === undefined) return { large: undefined, close: async () => undefined };
  const { exportQueue } = await loadQueue();
  const stored = storedAt(await import('@dataset-items/parts'), {});
  let problem: string | undefined;
  const queue = exportQueue({
    connection: settings.connection,
    store: await stored.store(settings.store),
    onError: ({ message }) => {
      if (message !== problem) notify(`${paint.yellow('warning:')} ${shown(message)}`);
      problem = message;
    },
  });
  return { large: { queue, overItems: settings.overItems }, close: () => queue.close() };
}
