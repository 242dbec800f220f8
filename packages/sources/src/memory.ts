import { checkKinds, type Facts, type OptionKind, optionKinds } from '@dataset-items/query-pipeline';
import { BATCH, itemBatch, readItems, type Slice } from './item-batches.js';
import { type FaultLog, toleranceOf } from './malformed.js';
import { closeUnread, type Elements } from './once.js';
import { type PlainOptions, plainItems, plainOptionKinds } from './plain-item.js';
import type { Reading } from './reading.js';
import { type StoredSource, storedSource } from './source.js';
import { reverseThroughFile } from './spooled.js';

export interface MemoryOptions extends PlainOptions, Pick<Reading, 'temporaryDirectory'> {
  /** Skip malformed items and report them instead of failing at the first one. Default false. */
  readonly skipMalformed?: boolean | undefined;
  readonly facts?: Partial<Facts> | undefined;
  /** Do not check the items: they are plain JSON, as from `JSON.parse`, and not nested too deeply. Default false. */
  readonly trusted?: boolean | undefined;
}

/** A list of items, or anything that yields them one by one: an iterable, a generator, a Node stream or a web stream. */
export type Items = Elements<object>;

export function factsOf(facts: Partial<Facts> | undefined): Facts {
  return { id: 'items', name: 'items', modifiedAt: undefined, ...facts };
}

/**
 * Items in memory or from any iterable. Values that JSON does not have are converted as by `JSON.stringify`: a date becomes text,
 * `undefined` is omitted. Bytes become base64 text, and a BigInt is refused unless `bigint` allows it. Anything but an array is read as
 * a stream; if it can be read only once, reading it again is an error.
 * @throws InvalidParameterError for an unknown option or a value of another kind
 */
export function itemsSource(items: Items, options: MemoryOptions = {}): StoredSource {
  checkKinds(kinds, options);
  return memorySource(items, options);
}

const { boolean, object, text } = optionKinds;
const kinds = {
  ...plainOptionKinds,
  facts: object,
  skipMalformed: boolean,
  temporaryDirectory: text,
  trusted: boolean,
} as const satisfies Record<keyof MemoryOptions, OptionKind>;

/** The same without a check of the options, which may have others too. */
export function memorySource(items: Items, options: MemoryOptions): StoredSource {
  const facts = factsOf(options.facts);
  const take = options.trusted ? undefined : plainItems(facts.name, options);
  const common = (faults: FaultLog) => ({ source: facts.name, take, ...toleranceOf(options, faults) });
  if (Array.isArray(items)) {
    const list: readonly object[] = items;
    const rawBatches: StoredSource['rawBatches'] = async function* (desc, signal, faults) {
      for (const slice of desc ? backwards(list) : forwards(list)) {
        signal?.throwIfAborted();
        yield itemBatch(slice, common(faults));
      }
    };
    return storedSource(facts, rawBatches, { total: async () => list.length });
  }
  const rawBatches: StoredSource['rawBatches'] = (desc, signal, faults) => {
    const inOrder = readItems(items, common(faults), signal);
    return desc ? reverseThroughFile(facts.name, inOrder, options, faults, signal) : inOrder;
  };
  return storedSource(facts, rawBatches, { close: () => closeUnread(items) });
}

function* forwards(list: readonly object[]): Generator<Slice> {
  const total = list.length;
  for (let first = 0; first < total; first += BATCH)
    yield { items: list.slice(first, Math.min(total, first + BATCH)), first, step: 1 };
}

function* backwards(list: readonly object[]): Generator<Slice> {
  for (let end = list.length; end > 0; end -= BATCH) {
    yield { items: list.slice(Math.max(0, end - BATCH), end).reverse(), first: end - 1, step: -1 };
  }
}
