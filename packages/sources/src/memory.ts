import { type Facts, type Item, toBatches, UnreadableSourceError } from '@dataset-items/query-pipeline';
import type { FaultLog } from './faults.js';
import { type Found, orSkip, type Skip } from './found.js';
import { jsonItem } from './json-item.js';
import type { Reading } from './reading.js';
import { type StoredSource, storedSource } from './source.js';
import { defaultMaxDepth } from './spans.js';
import { reverseThroughFile } from './spooled.js';

export interface MemoryOptions extends Pick<Reading, 'maxDepth' | 'skipMalformed' | 'temporaryDirectory'> {
  readonly facts?: Partial<Facts>;
  /** The items came from `JSON.parse` and are not nested too deeply: take them unseen. */
  readonly trusted?: boolean;
}

export type Items = Iterable<Item> | AsyncIterable<Item>;

const BATCH = 512;

/**
 * Items in memory or out of any iterable. What JSON does not know is taken as `JSON.stringify` takes it: a date becomes text,
 * `undefined` is left out.
 */
export function itemsSource(items: Items, options: MemoryOptions = {}): StoredSource {
  const facts = { id: 'items', name: 'items', modifiedAt: undefined, ...options.facts };
  const take = options.trusted ? undefined : jsonItem(facts.name, options.maxDepth ?? defaultMaxDepth);
  const found = (batch: Item[], first: number, step: 1 | -1, faults: FaultLog): Found => ({
    ...foundItems(facts.name, batch, first, step, take),
    faults: options.skipMalformed ? faults : undefined,
  });
  if (Array.isArray(items)) {
    const list = items as readonly Item[];
    const find: StoredSource['find'] = async function* (desc, _, faults) {
      for (const { batch, first } of desc ? backwards(list) : forwards(list)) yield found(batch, first, desc ? -1 : 1, faults);
    };
    return storedSource(facts, find, { total: async () => list.length });
  }
  let used = false;
  const once = async function* (signal: AbortSignal | undefined, faults: FaultLog): AsyncGenerator<Found> {
    if (used) throw new UnreadableSourceError(facts.name, 'was read already, and can be read only once');
    used = isOneShot(items);
    let first = 0;
    for await (const batch of toBatches(abortable(items, signal), BATCH)) {
      signal?.throwIfAborted();
      yield found(batch, first, 1, faults);
      first += batch.length;
    }
  };
  return storedSource(facts, (desc, signal, faults) =>
    desc ? reverseThroughFile(facts.name, once(signal, faults), options, faults, signal) : once(signal, faults),
  );
}

/** Takes an item by its 0-based number. @throws Malformed */
type Take = (item: Item, number: number) => Item;

interface Slice {
  readonly batch: Item[];
  /** 0-based number of the first item of the batch. */
  readonly first: number;
}

function* forwards(list: readonly Item[]): Generator<Slice> {
  const total = list.length;
  for (let first = 0; first < total; first += BATCH) yield { batch: list.slice(first, Math.min(total, first + BATCH)), first };
}

function* backwards(list: readonly Item[]): Generator<Slice> {
  for (let end = list.length; end > 0; end -= BATCH) {
    yield { batch: list.slice(Math.max(0, end - BATCH), end).reverse(), first: end - 1 };
  }
}

/**
 * Each item's number is its line.
 * @param batch nobody else's: items are taken where they stand, as a second list of them costs 35 ns an item
 * @param take default: items are taken unseen
 */
function foundItems(source: string, batch: Item[], first: number, step: 1 | -1, take: Take | undefined): Found {
  const parse = (from: number, to: number, skip?: Skip): readonly Item[] => {
    const end = Math.min(to, batch.length);
    if (take === undefined) return part(batch, from, end);
    let kept = from;
    for (let index = from; index < end; index++) {
      const item = orSkip(() => take(batch[index] as Item, first + index * step), skip);
      if (item !== undefined) batch[kept++] = item;
    }
    return part(batch, from, kept);
  };
  return { source, count: () => batch.length, parse, lineOf: () => first + 1 };
}

function part(batch: readonly Item[], from: number, end: number): readonly Item[] {
  return from === 0 && end === batch.length ? batch : batch.slice(from, end);
}

function isOneShot(items: Items): boolean {
  const iterable = items as Partial<AsyncIterable<Item> & Iterable<Item>>;
  return (iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]?.()) === iterable;
}

/** Leaves the iterable at once when the signal fires, also while it never answers. */
function abortable(items: Items, signal: AbortSignal | undefined): Items {
  return signal !== undefined && Symbol.asyncIterator in items ? racing(items, signal) : items;
}

async function* racing(items: AsyncIterable<Item>, signal: AbortSignal): AsyncGenerator<Item> {
  const iterator = items[Symbol.asyncIterator]();
  let reject: (reason: unknown) => void = () => {};
  const abort = (): void => reject(signal.reason);
  signal.addEventListener('abort', abort, { once: true });
  let finished = false;
  try {
    for (;;) {
      signal.throwIfAborted();
      const next = await new Promise<IteratorResult<Item>>((resolve, refuse) => {
        reject = refuse;
        iterator.next().then(resolve, refuse);
      });
      if (next.done) {
        finished = true;
        return;
      }
      yield next.value;
    }
  } finally {
    signal.removeEventListener('abort', abort);
    if (!finished) await leave(iterator, signal);
  }
}

/** A pending answer that never comes must not hold up whoever aborted, nor may its failure end the process. */
async function leave(iterator: AsyncIterator<Item>, signal: AbortSignal): Promise<void> {
  const left = Promise.resolve(iterator.return?.());
  if (signal.aborted) left.catch(() => undefined);
  else await left;
}
