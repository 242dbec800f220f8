import {
  type Facts,
  type Item,
  isItem,
  type Json,
  MalformedInputError,
  toBatches,
  UnreadableSourceError,
} from '@dataset-items/query-pipeline';
import type { ReadOptions } from './file.js';
import { type Found, type StoredSource, storedSource } from './source.js';
import { defaultMaxDepth } from './spans.js';
import { reverseThroughFile } from './spooled.js';

export interface MemoryOptions extends ReadOptions {
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
  const take = options.trusted ? (item: Item): Item => item : jsonItem(facts.name, options.maxDepth ?? defaultMaxDepth);
  if (Array.isArray(items)) {
    const list = items as readonly Item[];
    return storedSource(
      facts,
      (desc) => findInList(facts.name, list, desc, take),
      async () => list.length,
    );
  }
  let used = false;
  const forwards = async function* (signal?: AbortSignal): AsyncGenerator<Found> {
    if (used) throw new UnreadableSourceError(facts.name, 'was read already, and can be read only once');
    used = isOneShot(items);
    let first = 0;
    for await (const batch of toBatches(abortable(items, signal), BATCH)) {
      yield foundIn(facts.name, batch, first, take);
      first += batch.length;
    }
  };
  return storedSource(facts, (desc, signal) =>
    desc ? reverseThroughFile(facts.name, forwards(signal), options.temporaryDirectory, signal) : forwards(signal),
  );
}

/** Takes an item by its 0-based number. */
type Take = (item: Item, number: number) => Item;

async function* findInList(source: string, list: readonly Item[], desc: boolean, take: Take): AsyncGenerator<Found> {
  const total = list.length;
  for (let done = 0; done < total; done += BATCH) {
    const count = Math.min(BATCH, total - done);
    if (!desc) yield foundIn(source, list.slice(done, done + count), done, take);
    else yield foundIn(source, list.slice(total - done - count, total - done).reverse(), total - done - 1, take, -1);
  }
}

function foundIn(source: string, items: readonly Item[], first: number, take: Take, step = 1): Found {
  return {
    source,
    count: items.length,
    parse: (from, to) => items.slice(from, to).map((item, index) => take(item, first + (from + index) * step)),
    lineOf: () => first + 1,
  };
}

function isOneShot(items: Items): boolean {
  const iterable = items as Partial<AsyncIterable<Item> & Iterable<Item>>;
  return (iterable[Symbol.asyncIterator]?.() ?? iterable[Symbol.iterator]?.()) === iterable;
}

/** Leaves the iterable at once when the signal fires, also while it never answers. */
async function* abortable(items: Items, signal: AbortSignal | undefined): AsyncGenerator<Item> {
  if (signal === undefined || !(Symbol.asyncIterator in items)) {
    for await (const item of items) {
      signal?.throwIfAborted();
      yield item;
    }
    return;
  }
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

/** @throws MalformedInputError for what is not an object and for items nested too deeply */
function jsonItem(source: string, maxDepth: number): Take {
  return (item, number) => {
    const malformed = (reason: string, cause?: unknown): MalformedInputError =>
      new MalformedInputError(source, { line: number + 1, byte: 0, item: number + 1 }, reason, { cause });
    const depth = jsonDepth(item, maxDepth);
    if (depth > maxDepth) throw malformed(`nested deeper than ${maxDepth} levels`);
    if (depth > 0 && isItem(item)) return item;
    if (!isItem(item)) throw malformed(`expected an object, got ${item === null ? 'null' : describe(item)}`);
    let copy: unknown;
    try {
      copy = JSON.parse(JSON.stringify(item));
    } catch (cause) {
      throw malformed(`cannot be written as JSON: ${(cause as Error).message}`, cause);
    }
    if (!isItem(copy)) throw malformed(`expected an object, got ${describe(copy)} from its toJSON`);
    return copy;
  };
}

function describe(value: unknown): string {
  return Array.isArray(value) ? 'an array' : `a ${typeof value}`;
}

/** Levels of a value that is plain JSON, `enough + 1` where there are more; 0 where it holds something JSON does not know. */
function jsonDepth(value: Json | undefined, enough: number): number {
  switch (typeof value) {
    case 'string':
    case 'boolean':
    case 'number':
      return 1;
    case 'object':
      if (value === null) return 1;
      return enough < 1 ? 1 : deeper(value, enough);
    default:
      return 0;
  }
}

function deeper(value: Item | readonly Json[], enough: number): number {
  let deepest = 1;
  if (!Array.isArray(value)) {
    const prototype = Object.getPrototypeOf(value);
    if (prototype !== Object.prototype && prototype !== null) return 0;
  }
  const list = Array.isArray(value);
  const keys = list ? undefined : Object.keys(value);
  const count = keys?.length ?? (value as readonly Json[]).length;
  for (let index = 0; index < count; index++) {
    const inner = keys === undefined ? (value as readonly Json[])[index] : (value as Item)[keys[index] as string];
    if (inner === null || typeof inner === 'string' || typeof inner === 'number' || typeof inner === 'boolean') continue;
    const depth = jsonDepth(inner, enough - 1);
    if (depth === 0) return 0;
    deepest = Math.max(deepest, depth + 1);
    if (deepest > enough) return deepest;
  }
  return deepest;
}
