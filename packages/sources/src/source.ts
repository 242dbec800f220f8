import { type Arguments, type Batch, type Facts, MalformedInputError, toggle, wholeNumber } from '@dataset-items/query-pipeline';

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
   * @throws MalformedInputError, UnreadableSourceError, UnwritableOutputError (where `desc` needs a temporary file)
   */
  read(window?: Window, signal?: AbortSignal): AsyncIterable<Batch>;
  /** Stored items; `undefined` where only reading everything would tell. */
  total(): Promise<number | undefined>;
}

/** Consecutive stored items found but not parsed yet, so that skipping them costs little. */
export interface Found {
  /** Name of the source, for errors. */
  readonly source: string;
  readonly count: number;
  /** Items `from` to `to`, exclusive. @throws Malformed */
  parse(from: number, to: number): Batch;
  /** The 1-based line of a byte offset that `parse` complained of. */
  lineOf(byte: number): number | Promise<number>;
}

/** What is wrong with an item, before its line is known. */
export class Malformed extends Error {
  /** 0-based, from the start of the source. */
  readonly byte: number;

  constructor(byte: number, reason: string, options?: ErrorOptions) {
    super(reason, options);
    this.byte = byte;
  }
}

/** A source out of the way its items are found, in either direction. */
export interface StoredSource extends Source {
  find(desc: boolean, signal: AbortSignal | undefined): AsyncIterable<Found>;
}

export function storedSource(
  facts: Facts,
  find: StoredSource['find'],
  total: Source['total'] = async () => undefined,
): StoredSource {
  return { facts, find, total, read: (window = wholeWindow, signal) => applyWindow(find(window.desc, signal), window) };
}

/** A skipped item counts whatever it holds. */
async function* applyWindow(found: AsyncIterable<Found>, { offset, limit }: Window): AsyncGenerator<Batch> {
  let skip = offset;
  let left = limit;
  for await (const items of found) {
    if (skip >= items.count) {
      skip -= items.count;
      continue;
    }
    const to = Math.min(items.count, skip + left);
    yield await parseFound(items, skip, to);
    left -= to - skip;
    skip = 0;
    if (left === 0) return;
  }
}

/** @throws MalformedInputError */
export async function parseFound(found: Found, from: number, to: number): Promise<Batch> {
  try {
    return found.parse(from, to);
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    const position = { line: await found.lineOf(error.byte), byte: error.byte };
    throw new MalformedInputError(found.source, position, error.message, { cause: error.cause });
  }
}

/** Sources one after the other, as if they were one. */
export function joinSources(facts: Facts, sources: readonly StoredSource[]): Source {
  const find = async function* (desc: boolean, signal: AbortSignal | undefined): AsyncGenerator<Found> {
    for (const source of desc ? sources.toReversed() : sources) {
      yield* source.find(desc, signal);
    }
  };
  const total = async (): Promise<number | undefined> => {
    const totals = await Promise.all(sources.map((source) => source.total()));
    return totals.reduce<number | undefined>(
      (sum, count) => (sum === undefined || count === undefined ? undefined : sum + count),
      0,
    );
  };
  return storedSource(facts, find, total);
}
