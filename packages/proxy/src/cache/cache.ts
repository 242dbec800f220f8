import { rename, rm } from 'node:fs/promises';
import { exportItems } from '@dataset-items/exporter';
import { RefusedRequestError } from '@dataset-items/http';
import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { type CheckedSource, linesSource, type Source, type Stretch, type Window } from '@dataset-items/sources';
import { writeWholeFile } from '@dataset-items/temporary-file';
import type { CacheOutcome } from '../operate/metrics.js';
import { type Entries, type Entry, openEntries } from './entries.js';
import { marksOf, needsMarks, stretchOf } from './marks.js';

/** A request for all stored items of a dataset. */
export interface Wanted {
  /** Upstream, path and the caller's credentials: all that decides which items the caller may read. */
  readonly who: readonly string[];
  /** A text that changes whenever the items change. */
  readonly version: string;
  /** All stored items. `undefined`: the upstream refuses them. The signal fires when no request waits for them any more. */
  readonly open: (signal: AbortSignal) => Promise<Source | undefined>;
  /** Called after `count` items were read: whether the dataset still has this version, so that the items belong to it. */
  readonly isCurrent: (count: number, signal: AbortSignal) => Promise<boolean>;
  /** Fires when this request no longer waits. */
  readonly signal: AbortSignal;
}

export interface Cache {
  /** The stored items from a file, which is fetched first if necessary. `undefined`: they cannot be kept. @throws errors of the items */
  find(wanted: Wanted): Promise<CheckedSource | undefined>;
}

export interface CacheSettings {
  readonly directory: string;
  /** Largest number of bytes of all files. */
  readonly size: number;
  readonly onNotice: (line: string) => void;
  readonly onOutcome: (outcome: CacheOutcome) => void;
}

/** A fetch in progress. */
interface Flight {
  /** Resolves at its end. `false`: the items cannot be kept. */
  readonly done: Promise<boolean>;
  readonly controller: AbortController;
  /** Number of requests that wait for it. */
  waiting: number;
}

/** @throws UnwritableOutputError */
export async function openCache({ directory, size, onNotice, onOutcome }: CacheSettings): Promise<Cache> {
  const entries = await openEntries(directory, size);
  const flights = new Map<string, Flight>();
  /** Keys of datasets that are larger than the cache, so that they are not fetched again. */
  const tooLarge = new Set<string>();
  let isOff = false;

  const begin = (key: string, id: string, version: string, wanted: Wanted): Flight => {
    const controller = new AbortController();
    const fetching = fetchInto(entries, { id, version, size }, wanted, controller.signal);
    const done = fetching
      .then((outcome) => {
        if (outcome === 'too large') tooLarge.add(key);
        return outcome === 'kept';
      })
      .catch((error: unknown) => {
        if (!isOfDisk(error)) throw error;
        isOff = true;
        onNotice(`the cache is off until the proxy starts again: ${error.message}`);
        return false;
      })
      .finally(() => {
        if (flights.get(key) === flight) flights.delete(key);
      });
    done.catch(() => undefined);
    const flight: Flight = { done, controller, waiting: 0 };
    flights.set(key, flight);
    return flight;
  };

  return {
    async find(wanted) {
      const id = entries.nameOf(JSON.stringify(wanted.who));
      const version = entries.nameOf(wanted.version);
      const key = `${id}-${version}`;
      const kept = isOff ? undefined : entries.find(id, version);
      if (kept !== undefined) {
        onOutcome('hit');
        return sourceOf(kept, () => entries.release(kept));
      }
      if (isOff || tooLarge.has(key)) return undefined;
      const before = flights.get(key);
      const shared = before?.controller.signal.aborted ? undefined : before;
      onOutcome(shared === undefined ? 'miss' : 'shared');
      const isKept = await waitFor(shared ?? begin(key, id, version, wanted), wanted.signal);
      const entry = isKept ? entries.find(id, version) : undefined;
      if (entry === undefined) onOutcome('failed');
      return entry && sourceOf(entry, () => entries.release(entry));
    },
  };
}

/** Waits for a fetch. If the signal fires and no other request waits for it, the fetch is ended. */
async function waitFor(flight: Flight, signal: AbortSignal): Promise<boolean> {
  signal.throwIfAborted();
  flight.waiting++;
  let leave: () => void = () => {};
  const left = new Promise<never>((_, reject) => {
    leave = () => reject(signal.reason);
    signal.addEventListener('abort', leave, { once: true });
  });
  try {
    return await Promise.race([flight.done, left]);
  } finally {
    signal.removeEventListener('abort', leave);
    if (--flight.waiting === 0) flight.controller.abort(signal.reason);
  }
}

type Fetched = 'kept' | 'refused' | 'too large';

/** Writes items into a file of the cache, completely or not at all. */
async function fetchInto(
  entries: Entries,
  { id, version, size }: { readonly id: string; readonly version: string; readonly size: number },
  { open, isCurrent }: Wanted,
  signal: AbortSignal,
): Promise<Fetched> {
  const source = await open(signal);
  if (source === undefined) return 'refused';
  const { bytes, report } = await exportItems(source, { format: 'jsonl' }, { signal });
  const outgrown = new Error('the items are larger than the cache');
  let written = 0;
  const limited = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of bytes) {
      written += chunk.length;
      if (written > size) throw outgrown;
      yield chunk;
    }
  };
  const partial = entries.partialPath();
  try {
    await writeWholeFile(entries.pathOf({ id, version, count: 0, bytes: 0 }), limited(), {
      partial,
      moveInto: async () => {
        const { itemsRead } = await report;
        const isKept = await isCurrent(itemsRead, signal).catch((error: unknown) => {
          // The upstream fails now; the items are fetched again without the cache.
          if (error instanceof RefusedRequestError) return false;
          throw error;
        });
        if (!isKept) return rm(partial);
        const path = entries.pathOf({ id, version, count: itemsRead, bytes: written });
        await rename(partial, path);
        await entries.add(path);
      },
    });
  } catch (error) {
    if (error === outgrown) return 'too large';
    throw error;
  }
  return 'kept';
}

function isOfDisk(error: unknown): error is Error {
  return error instanceof UnwritableOutputError || (error instanceof Error && 'syscall' in error && 'path' in error);
}

/** A file of the cache. Its bytes are not checked, because this program wrote them. */
function sourceOf(entry: Entry, release: () => Promise<void>): CheckedSource {
  const { path, bytes, count } = entry;
  const facts = { id: path, name: path, modifiedAt: undefined };
  const locate = async (window: Window): Promise<Stretch> => {
    if (!needsMarks(window)) return { start: 0, end: bytes, line: 1, window };
    entry.marks ??= marksOf(path);
    return stretchOf(window, await entry.marks, bytes, count);
  };
  return { ...linesSource({ path, facts, total: count, locate, canonical: true }), close: release };
}
