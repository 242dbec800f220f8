import { type Item, toBatches } from '@dataset-items/query-pipeline';
import type { Tolerance } from './malformed.js';
import { type Elements, openElements, racing } from './once.js';
import type { Take } from './plain-item.js';
import { orSkip, type RawBatch, type Skip } from './raw-batch.js';

/** Some of the items that code gives. */
export interface Slice {
  /** Owned by the receiver: items are converted in place, which saves a second list. */
  readonly items: unknown[];
  /** 0-based number of the first item. */
  readonly first: number;
  /** Difference to the number of the next item: -1 in reverse. */
  readonly step: 1 | -1;
}

export interface Taking extends Tolerance {
  /** Name of the source, for errors. */
  readonly source: string;
  /** Default: items are not checked. */
  readonly take: Take | undefined;
}

/** Largest number of items per batch. */
export const BATCH = 512;

/** Each item's number is its line. */
export function itemBatch({ items, first, step }: Slice, { source, take, faults }: Taking): RawBatch {
  const parse = (from: number, to: number, skip?: Skip): readonly Item[] => {
    const end = Math.min(to, items.length);
    if (take === undefined) return part(items, from, end);
    let kept = from;
    for (let index = from; index < end; index++) {
      const item = orSkip(() => take(items[index], first + index * step), skip);
      if (item !== undefined) items[kept++] = item;
    }
    return part(items, from, kept);
  };
  return { source, faults, count: () => items.length, parse, lineOf: () => first + 1 };
}

function part(items: readonly unknown[], from: number, end: number): readonly Item[] {
  return (from === 0 && end === items.length ? items : items.slice(from, end)) as readonly Item[];
}

/** Items that come one by one. @param first 0-based number of the first */
export async function* readItems(
  elements: Elements<unknown>,
  taking: Taking,
  signal: AbortSignal | undefined,
  first = 0,
): AsyncGenerator<RawBatch> {
  signal?.throwIfAborted();
  // They are checked when they are converted.
  const walk = walkOf(taking.source, elements, signal) as Iterable<Item>;
  for await (const found of inSlices(toBatches(walk, BATCH), taking, first)) {
    signal?.throwIfAborted();
    yield found;
  }
}

/** @param batches whose items may be converted in place @param first 0-based number of the first */
export async function* inSlices(batches: AsyncIterable<unknown[]>, taking: Taking, first: number): AsyncGenerator<RawBatch> {
  let done = first;
  for await (const items of batches) {
    // Skipped items make the list shorter.
    const { length } = items;
    yield itemBatch({ items, first: done, step: 1 }, taking);
    done += length;
  }
}

/** A single walk over elements, which are checked when they are converted. */
export function walkOf<T>(name: string, elements: Elements<T>, signal: AbortSignal | undefined): Iterable<T> | AsyncIterable<T> {
  const iterator = openElements(name, elements);
  if (isSync(elements)) return { [Symbol.iterator]: () => iterator as Iterator<T> };
  const later = iterator as AsyncIterator<T>;
  return signal === undefined ? { [Symbol.asyncIterator]: () => later } : racing(later, signal);
}

function isSync(elements: object): boolean {
  return Symbol.iterator in elements && !(Symbol.asyncIterator in elements) && !('getReader' in elements);
}
