import { type Arguments, type Batch, type Facts, toggle, wholeNumber } from '@dataset-items/query-pipeline';
import { type FaultLog, faultLog, type Skipped } from './faults.js';
import { type Found, parseFound } from './found.js';

/** Which stored items are read, and in what order (SEMANTICS sections 1 and 2). */
export const windowParameters = {
  offset: wholeNumber('Stored items to skip at the start of the order asked for', { defaultText: '0' }),
  limit: wholeNumber('Read at most so many stored items; 0 for all', { defaultText: 'all' }),
  desc: toggle('Stored items in reverse', { defaultText: 'off' }),
} as const;

export type WindowArguments = Arguments<typeof windowParameters>;

export interface Window {
  readonly offset: number;
  /** `Infinity`: no limit. */
  readonly limit: number;
  readonly desc: boolean;
}

export const wholeWindow: Window = { offset: 0, limit: Number.POSITIVE_INFINITY, desc: false };

export function toWindow({ offset = 0, limit = 0, desc = false }: WindowArguments): Window {
  return { offset, limit: limit === 0 ? Number.POSITIVE_INFINITY : limit, desc };
}

/** Stored items that can be read window by window. Fixed when resolved: what is stored later is not in it. */
export interface Source {
  readonly facts: Facts;
  /**
   * @throws MalformedInputError, UnreadableSourceError, UnwritableOutputError (where a temporary file is needed)
   */
  read(window?: Window, signal?: AbortSignal): AsyncIterable<Batch>;
  /** Stored items; `undefined` where only reading everything would tell. */
  total(): Promise<number | undefined>;
  /** Malformed items left out by the walk that began last. */
  skipped?(): Skipped;
}

/** A source out of the way its items are found, in either direction. */
export interface StoredSource extends Source {
  /** Bytes that `onBytes` will have counted when everything is read; `undefined` where that is not known. */
  readonly size: number | undefined;
  /** `faults` takes what is malformed, where this source was told to skip it. */
  find(desc: boolean, signal: AbortSignal | undefined, faults: FaultLog): AsyncIterable<Found>;
  skipped(): Skipped;
}

export interface Totals {
  readonly total?: Source['total'];
  readonly size?: number | undefined;
}

export function storedSource(facts: Facts, find: StoredSource['find'], { total, size }: Totals = {}): StoredSource {
  let faults = faultLog();
  const read: Source['read'] = (window = wholeWindow, signal) => {
    faults = faultLog();
    return applyWindow(find(window.desc, signal, faults), window);
  };
  return { facts, find, read, size, total: total ?? (async () => undefined), skipped: () => faults.skipped };
}

/**
 * `offset` and `limit` count what is stored, whatever it holds: a malformed item has its place in the window also where it is left out,
 * so that an offset always means the same place. What is skipped by `offset` is not parsed.
 */
export async function* applyWindow(found: AsyncIterable<Found>, { offset, limit }: Window): AsyncGenerator<Batch> {
  let skip = offset;
  let left = limit;
  for await (const items of found) {
    let to = Number.POSITIVE_INFINITY;
    if (skip > 0 || left < Number.POSITIVE_INFINITY) {
      const count = items.count();
      if (skip >= count) {
        skip -= count;
        continue;
      }
      to = Math.min(count, skip + left);
    }
    const batch = await parseFound(items, skip, to);
    if (batch.length > 0) yield batch;
    left -= to - skip;
    skip = 0;
    if (left === 0) return;
  }
}

/** Sources one after the other, as if they were one. */
export function joinSources(facts: Facts, sources: readonly StoredSource[]): StoredSource {
  const find: StoredSource['find'] = async function* (desc, signal, faults) {
    for (const source of desc ? sources.toReversed() : sources) {
      yield* source.find(desc, signal, faults);
    }
  };
  const total = async (): Promise<number | undefined> => sum(await Promise.all(sources.map((source) => source.total())));
  return storedSource(facts, find, { total, size: sum(sources.map(({ size }) => size)) });
}

function sum(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce(
    (whole, count) => (whole === undefined || count === undefined ? undefined : whole + count),
    0 as number | undefined,
  );
}
