import { type Batch, type Item, MalformedInputError } from '@dataset-items/query-pipeline';
import { type Fault, type FaultLog, Malformed } from './malformed.js';
import type { NumberLog } from './numbers.js';

/** Called with a malformed item. It may return an item to use instead. */
export type Skip = (malformed: Malformed) => Item | undefined;

/** Consecutive stored items that are not parsed yet, so that skipping them is cheap. */
export interface RawBatch {
  /** Name of the source, for errors. */
  readonly source: string;
  /** Counts malformed items. If absent, the first malformed item is an error. */
  readonly faults?: FaultLog | undefined;
  /** Counts numbers that change. `parse` leaves their places to the caller. */
  readonly numbers?: NumberLog | undefined;
  /** Number of stored items, including malformed ones. Called only if the window needs it. */
  count(): number;
  /**
   * Items `from` to `to`, exclusive. `to` may be past the last.
   * @throws Malformed if there is no `skip`
   */
  parse(from: number, to: number, skip?: Skip): Batch | Promise<Batch>;
  /** The 1-based line of the byte offset in a `Malformed` from `parse`. */
  lineOf(byte: number): number | Promise<number>;
}

/** @throws MalformedInputError unless malformed items are skipped */
export async function parseRawBatch(raw: RawBatch, from: number, to: number): Promise<Batch> {
  const { faults } = raw;
  try {
    if (faults === undefined) return await raw.parse(from, to);
    const met: Malformed[] = [];
    const batch = await raw.parse(from, to, (malformed) => {
      met.push(malformed);
      return undefined;
    });
    for (const malformed of met) await faults.note(() => locate(raw, malformed));
    return batch;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw malformedInput(await locate(raw, error), error);
  } finally {
    await placeNumbers(raw);
  }
}

/** To be called after `parse`, while the bytes are there. */
export async function placeNumbers({ numbers, source, lineOf }: RawBatch): Promise<void> {
  if (numbers?.hasUnplaced) await numbers.place(async (byte) => ({ source, line: await lineOf(byte) }));
}

export async function locate(raw: Pick<RawBatch, 'source' | 'lineOf'>, { byte, message, place }: Malformed): Promise<Fault> {
  const { source, lineOf } = raw;
  return { ...(place ?? { source, line: await lineOf(byte) }), byte, reason: message };
}

export function malformedInput(
  { source, reason, ...position }: Fault,
  { cause }: Pick<Error, 'cause'> = {},
): MalformedInputError {
  return new MalformedInputError(source, position, reason, { cause });
}

/** The result of `parse`. A malformed item is passed to `skip`, if given. */
export function orSkip(parse: () => Item, skip: Skip | undefined): Item | undefined {
  if (skip === undefined) return parse();
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return skip(error);
  }
}
