import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { inSlices, type Taking, walkOf } from './item-batches.js';
import type { JsonReading } from './json-reading.js';
import { faultLog, type Tolerance, type ToleranceOptions, toleranceOf } from './malformed.js';
import { type Items, type MemoryOptions, memorySource } from './memory.js';
import { isElements } from './once.js';
import { kindOf, plainItems } from './plain-item.js';
import { malformedInput, type RawBatch } from './raw-batch.js';
import { applyWindow, type CheckedSource, type Source } from './source.js';
import { nameOf } from './spans.js';
import { reverseThroughFile } from './spooled.js';
import { splitWindow, type Window, wholeWindow, windowParts } from './window.js';

/**
 * Wraps items or a source so that it gives plain items and exactly those of the window. The source is trusted in what it declares; the rest
 * is done here.
 * @throws InvalidParameterError for a value that is neither items nor a source
 */
export function checkedSource(from: Source | Items, options: MemoryOptions = {}): CheckedSource {
  if (!isObject(from) || !(isSource(from) || isElements(from))) throw notItems(from);
  if (!isSource(from)) return memorySource(from, options);
  if (isChecked(from)) return from;
  const { name } = from.facts;
  return completed(from, options, (asked, signal, taking) => {
    const batches = walkOf(name, from.read(asked, signal), signal);
    return inSlices(ownBatches(name, batches, asked.offset), taking, asked.offset);
  });
}

export function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function notItems(from: unknown): InvalidParameterError {
  return new InvalidParameterError('items', kindOf(from), 'a source, an array of items, an iterable or a stream');
}

export function isSource(from: object): from is Source {
  return 'read' in from && 'facts' in from;
}

function isChecked(source: Source): source is CheckedSource {
  const { applies = [], trusted = false } = source;
  return trusted && windowParts.every((part) => applies.includes(part));
}

/** The batches of `read`, in lists that may be changed. */
async function* ownBatches(
  name: string,
  batches: Iterable<unknown> | AsyncIterable<unknown>,
  first: number,
): AsyncGenerator<unknown[]> {
  let item = first + 1;
  for await (const batch of batches) {
    if (!Array.isArray(batch)) {
      const reason = `read() gave ${nameOf(batch)}, expected an array of items`;
      throw malformedInput({ source: name, line: item, item, byte: 0, reason });
    }
    yield [...batch];
    item += batch.length;
  }
}

/** A source and its declarations. */
export interface Promised extends Omit<Source, 'read' | 'json'> {
  json?(window: Window, signal: AbortSignal | undefined, tolerance: Tolerance): Promise<JsonReading | undefined>;
}

/** @param find gives the source's result for a window, with the declared parts applied */
export function completed(
  source: Promised,
  options: MemoryOptions & ToleranceOptions,
  find: (asked: Window, signal: AbortSignal | undefined, taking: Taking) => AsyncIterable<RawBatch>,
): CheckedSource {
  const { facts, applies = [], json, count, close } = source;
  const take = source.trusted || options.trusted ? undefined : plainItems(facts.name, options);
  let faults = faultLog();
  const begin = (): Tolerance => {
    faults = faultLog();
    return toleranceOf(options, faults);
  };
  const read: CheckedSource['read'] = (window = wholeWindow, signal) => {
    const { asked, left } = splitWindow(window, applies);
    const taking = { source: facts.name, take, ...begin() };
    const found = whenAsked(() => find(asked, signal, taking));
    return applyWindow(left.desc ? reverseThroughFile(facts.name, found, options, faults, signal) : found, left);
  };
  return {
    facts,
    applies: windowParts,
    trusted: true,
    read,
    ...(json && { json: (window = wholeWindow, signal) => json.call(source, window, signal, begin()) }),
    total: () => source.total(),
    ...(count && { count: count.bind(source) }),
    skipped: () => source.skipped?.() ?? faults.skipped,
    accepted: () => source.accepted?.() ?? faults.accepted,
    remarks: () => source.remarks?.() ?? faults.remarks,
    changedNumbers: () => source.changedNumbers?.() ?? faults.changedNumbers,
    ...(close && { close: close.bind(source) }),
  };
}

/** Opens nothing before the walk begins. */
async function* whenAsked<T>(open: () => AsyncIterable<T>): AsyncGenerator<T> {
  yield* open();
}
