import { type Batch, type Item, MalformedInputError } from '@dataset-items/query-pipeline';
import { type Fault, type FaultLog, Malformed } from './faults.js';

/** Told of a malformed item; may give an item to stand in its place. */
export type Skip = (malformed: Malformed) => Item | undefined;

/** Consecutive stored items found but not parsed yet, so that skipping them costs little. */
export interface Found {
  /** Name of the source, for errors. */
  readonly source: string;
  /** Takes what is malformed; where there is none, the first malformed item ends the walk. */
  readonly faults?: FaultLog | undefined;
  /** Stored items, malformed ones too. Asked only where a window needs to know. */
  count(): number;
  /**
   * Items `from` to `to`, exclusive; `to` may be past the last.
   * @throws Malformed where there is no `skip`
   */
  parse(from: number, to: number, skip?: Skip): Batch | Promise<Batch>;
  /** The 1-based line of a byte offset that `parse` complained of. */
  lineOf(byte: number): number | Promise<number>;
}

/** @throws MalformedInputError where malformed items are not to be skipped */
export async function parseFound(found: Found, from: number, to: number): Promise<Batch> {
  const { faults } = found;
  try {
    if (faults === undefined) return await found.parse(from, to);
    const met: Malformed[] = [];
    const batch = await found.parse(from, to, (malformed) => {
      met.push(malformed);
      return undefined;
    });
    for (const malformed of met) await faults.note(() => locate(found, malformed));
    return batch;
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    throw malformedInput(await locate(found, error), error);
  }
}

export async function locate(found: Pick<Found, 'source' | 'lineOf'>, { byte, message, place }: Malformed): Promise<Fault> {
  const { source, lineOf } = found;
  return { ...(place ?? { source, line: await lineOf(byte) }), byte, reason: message };
}

export function malformedInput({ source, reason, ...position }: Fault, { cause }: Error): MalformedInputError {
  return new MalformedInputError(source, position, reason, { cause });
}

/** What `parse` gives; what is malformed goes to `skip`, where there is one. */
export function orSkip(parse: () => Item, skip: Skip | undefined): Item | undefined {
  if (skip === undefined) return parse();
  try {
    return parse();
  } catch (error) {
    if (!(error instanceof Malformed)) throw error;
    return skip(error);
  }
}
