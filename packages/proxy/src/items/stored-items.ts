import type { Facts } from '@dataset-items/query-pipeline';
import {
  type CheckedSource,
  type JsonReading,
  type JsonText,
  streamSource,
  type Window,
  wholeWindow,
  windowParts,
} from '@dataset-items/sources';
import { valuesOf } from '../header-lines.js';
import { decompressed } from '../upstream/decompress.js';
import type { Answer } from '../upstream/exchange.js';
import { upstreamFailure } from '../upstream/failure.js';

export interface StoredItems {
  readonly answer: Answer;
  /** Origin of the upstream, for errors. */
  readonly origin: string;
  readonly facts: Facts;
  readonly total: number | undefined;
  /** `limit` of the window. Items beyond it are ignored, because some servers give more. */
  readonly limit: number;
  readonly maxDepth: number | undefined;
  readonly temporaryDirectory: string | undefined;
}

/** A response of the upstream as a source. The upstream has applied the window, so the window that a reader gives is ignored. */
export function storedItems({ answer, origin, facts, total, limit, ...options }: StoredItems): CheckedSource {
  const inner = streamSource(decompressed(answer, origin), facts, { ...options, inputFormat: inputFormat(answer) });
  const left = { ...wholeWindow, limit };
  const fail = (error: unknown, signal: AbortSignal | undefined): unknown =>
    signal?.aborted ? error : upstreamFailure(origin, rootOf(error));
  const walking = async function* <T>(walk: AsyncIterable<T>, signal: AbortSignal | undefined): AsyncGenerator<T> {
    try {
      yield* walk;
    } catch (error) {
      throw fail(error, signal);
    }
  };
  return {
    facts,
    applies: windowParts,
    trusted: true,
    total: async () => total,
    read: (_?: Window, signal?: AbortSignal) => walking(inner.read(left, signal), signal),
    async json(_?: Window, signal?: AbortSignal): Promise<JsonReading | undefined> {
      const reading = await inner.json?.(left, signal).catch((error: unknown) => {
        throw fail(error, signal);
      });
      if (reading === undefined || reading.framing === 'joined') return undefined;
      const parse: JsonText['parse'] = (item, exact) =>
        reading.parse(item, exact).catch((error: unknown) => {
          throw fail(error, signal);
        });
      return { ...reading, pieces: walking(reading.pieces, signal), parse };
    },
    changedNumbers: () => inner.changedNumbers?.() ?? { count: 0, first: [] },
    close: () => inner.close?.(),
  };
}

/** The error of the connection, if it is the cause of the error of the source. Otherwise the same error. */
function rootOf(error: unknown): unknown {
  const { code, cause } = error instanceof Error ? (error as NodeJS.ErrnoException) : {};
  return code === 'unreadable-source' && cause instanceof Error ? rootOf(cause) : error;
}

/** JSON if the `Content-Type` says so, otherwise JSON Lines. */
function inputFormat({ headers }: Answer): 'json' | 'jsonl' {
  const [type = ''] = valuesOf(headers, 'content-type');
  return /^application\/json\b/i.test(type) ? 'json' : 'jsonl';
}
