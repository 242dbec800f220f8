import type { Batch, Facts } from '@dataset-items/query-pipeline';
import type { Accepted } from './json-faults.js';
import type { JsonReading } from './json-reading.js';
import { type FaultLog, faultLog, type Remark, type Skipped } from './malformed.js';
import type { ChangedNumbers } from './numbers.js';
import { parseRawBatch, type RawBatch } from './raw-batch.js';
import type { Reading } from './reading.js';
import { type Window, type WindowPart, wholeWindow, windowParts } from './window.js';

/**
 * Stored items that can be read window by window. Items stored after the source was opened are not in it. `defineSource` creates a source
 * from a function that gives items.
 */
export interface Source {
  readonly facts: Facts;
  /** The parts of a window that `read` applies. The rest is applied to its result. Default: none, and `read` gives everything. */
  readonly applies?: readonly WindowPart[] | undefined;
  /**
   * `read` gives plain JSON, as from `JSON.parse`, nested at most 1000 levels deep: its items are not checked. Default false: they are
   * converted as by `itemsSource`.
   */
  readonly trusted?: boolean | undefined;
  /**
   * Batches of items. `signal` fires when they are no longer needed.
   * @throws MalformedInputError, UnreadableSourceError, UnwritableOutputError (if a temporary file is needed)
   */
  read(window?: Window, signal?: AbortSignal): AsyncIterable<readonly object[]>;
  /**
   * The same items as JSON bytes, for a reader that needs no objects. `undefined` if this source cannot give them for this window; then use
   * `read`. A call counts as a walk: a source that can be read once supports only one of both calls.
   * @throws the errors of `read`
   */
  json?(window?: Window, signal?: AbortSignal): Promise<JsonReading | undefined>;
  /** The files of the source, by which others can read parts of it (`rangedFiles`). Absent: nobody else can read its items. */
  readonly files?: SourceFiles | undefined;
  /** Why there are no `files`, as it follows "it": `reads standard input, which is ...`. Default: its name is told. */
  readonly undivided?: string | undefined;
  /** Number of stored items. `undefined` if counting them needs reading everything. */
  total(): Promise<number | undefined>;
  /**
   * The same number when `total()` does not know it: reads everything to count, once for each version of the stored items. Absent if the
   * items can be read only once.
   */
  count?(): Promise<number>;
  /** Malformed items skipped by the latest walk. */
  skipped?(): Skipped;
  /** What the latest walk accepted that is not JSON (`lenient`). */
  accepted?(): Accepted;
  /** What the latest walk has decided about its input. */
  remarks?(): readonly Remark[];
  /** Numbers in the text of the items of the latest walk that JavaScript prints as other numbers (docs/semantics.md#numbers). */
  changedNumbers?(): ChangedNumbers;
  /**
   * Releases the resources of the source, such as a connection. Called once at the end of each export or response that uses this source,
   * whether it was read completely, in part or not at all, and after the walk has ended. A source for many exports does not define it.
   */
  close?(): void | Promise<void>;
}

/** Files and directories that can be read again, and how. */
export interface SourceFiles {
  /** No patterns. */
  readonly paths: readonly string[];
  /** `ReadOptions`. */
  readonly options: Reading;
  /** In bytes, all together. */
  readonly size: number;
}

/** A source that gives plain items and exactly those of the window. */
export interface CheckedSource extends Source {
  readonly applies: typeof windowParts;
  readonly trusted: true;
  read(window?: Window, signal?: AbortSignal): AsyncIterable<Batch>;
}

/** A source whose items can be read in either direction and joined with others. */
export interface StoredSource extends CheckedSource {
  /** Bytes that `onBytes` will have counted when everything is read. `undefined` if not known. */
  readonly size: number | undefined;
  /** All items, not yet parsed. `faults` counts malformed items if this source skips them. */
  rawBatches(desc: boolean, signal: AbortSignal | undefined, faults: FaultLog): AsyncIterable<RawBatch>;
  /** The same as `json`. `faults` as for `rawBatches`. */
  rawJson?(window: Window, signal: AbortSignal | undefined, faults: FaultLog): Promise<JsonReading | undefined>;
  skipped(): Skipped;
  accepted(): Accepted;
  remarks(): readonly Remark[];
  changedNumbers(): ChangedNumbers;
}

export interface StoredOptions extends Pick<Source, 'close' | 'files' | 'undivided'> {
  readonly total?: Source['total'];
  readonly count?: Source['count'];
  readonly size?: number | undefined;
  readonly json?: StoredSource['rawJson'];
}

export function storedSource(
  facts: Facts,
  rawBatches: StoredSource['rawBatches'],
  { total, count, size, close, json, files, undivided }: StoredOptions = {},
): StoredSource {
  let faults = faultLog();
  const begin = (): FaultLog => {
    faults = faultLog();
    return faults;
  };
  return {
    facts,
    applies: windowParts,
    trusted: true,
    rawBatches,
    read: (window = wholeWindow, signal) => applyWindow(rawBatches(window.desc, signal, begin()), window),
    ...(json && { rawJson: json, json: (window = wholeWindow, signal) => json(window, signal, begin()) }),
    size,
    ...(files && { files }),
    ...(undivided !== undefined && { undivided }),
    total: total ?? (async () => undefined),
    ...(count && { count }),
    skipped: () => faults.skipped,
    accepted: () => faults.accepted,
    remarks: () => faults.remarks,
    changedNumbers: () => faults.changedNumbers,
    ...(close && { close }),
  };
}

/**
 * `offset` and `limit` count stored items, including malformed ones, so an offset always means the same place. Items before the offset
 * are not parsed, and nothing is read after the last item of the window.
 */
export async function* applyWindow(raw: AsyncIterable<RawBatch>, { offset, limit }: Window): AsyncGenerator<Batch> {
  let skip = offset;
  let left = limit;
  for await (const items of raw) {
    let to = Number.POSITIVE_INFINITY;
    if (skip > 0 || left < Number.POSITIVE_INFINITY) {
      const count = items.count();
      if (skip >= count) {
        skip -= count;
        continue;
      }
      to = Math.min(count, skip + left);
    }
    const batch = await parseRawBatch(items, skip, to);
    if (batch.length > 0) yield batch;
    left -= to - skip;
    skip = 0;
    if (left === 0) return;
  }
}

/** Why the items of a source cannot be read in parts, as it follows "it". `undefined`: they can. */
export function undividedBy({ files, undivided, facts }: Pick<Source, 'files' | 'undivided' | 'facts'>): string | undefined {
  if (files !== undefined) return undefined;
  return undivided ?? `reads ${facts.name}, which is not a file that can be read in parts`;
}

/** Sources one after the other, as if they were one. */
export function joinSources(
  facts: Facts,
  sources: readonly StoredSource[],
  divided: Pick<StoredOptions, 'files' | 'undivided'> = {},
): StoredSource {
  const rawBatches: StoredSource['rawBatches'] = async function* (desc, signal, faults) {
    for (const source of desc ? sources.toReversed() : sources) {
      yield* source.rawBatches(desc, signal, faults);
    }
  };
  const json: StoredSource['rawJson'] = async (window, signal, faults) => {
    const parts: JsonReading[] = [];
    for (const source of window.desc ? sources.toReversed() : sources) {
      const part = await source.rawJson?.({ ...wholeWindow, desc: window.desc }, signal, faults);
      if (part === undefined) return undefined;
      parts.push(part);
    }
    return { framing: 'joined', window, parts };
  };
  const total = async (): Promise<number | undefined> => sum(await Promise.all(sources.map((source) => source.total())));
  const close = async (): Promise<void> => {
    for (const source of sources) await source.close?.();
  };
  return storedSource(facts, rawBatches, { json, total, size: sum(sources.map(({ size }) => size)), close, ...divided });
}

function sum(counts: readonly (number | undefined)[]): number | undefined {
  return counts.reduce(
    (whole, count) => (whole === undefined || count === undefined ? undefined : whole + count),
    0 as number | undefined,
  );
}
