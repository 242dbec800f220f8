import type { BytesAt } from './bytes.js';
import type { Fault } from './malformed.js';
import { countLineFeeds } from './spans.js';

export interface LineCounter {
  /** Number of line feeds before a byte. @throws UnreadableSourceError */
  before(byte: number): Promise<number>;
}

/** Line feeds in a part of a source. Plain data. */
export interface LinesRead {
  readonly source: string;
  readonly from: number;
  /** Exclusive. */
  readonly to: number;
  readonly lineFeeds: number;
}

/**
 * The line in the source of a line that was counted from the start of a part of it.
 * @param read all parts of the source before that one
 */
export function lineInSource(
  { source, line, byte }: Pick<Fault, 'source' | 'line' | 'byte'>,
  read: readonly LinesRead[],
): number {
  return read.reduce((sum, part) => (part.source === source && part.to <= byte ? sum + part.lineFeeds : sum), line);
}

/** Bytes between two places whose line is remembered. */
const SPACING = 2 ** 24;

/**
 * Counts the lines of one file for all of its ranges. Each range may have to name a line of the file, so what was counted is remembered: bytes
 * are read again only from the nearest place before the one that is asked for.
 */
export function lineCounter(bytes: BytesAt): LineCounter {
  const start = { at: 0, feeds: 0 };
  /** Places with the line feeds before them, in the order of their bytes. */
  const known = [start];
  const remember = (at: number, feeds: number): void => {
    if (at > (known.at(-1)?.at ?? 0)) known.push({ at, feeds });
  };
  return {
    before: async (byte) => {
      let { at, feeds } = known.findLast(({ at }) => at <= byte) ?? start;
      if (at === byte) return feeds;
      let remembered = at;
      for await (const chunk of bytes.chunks({ start: at, size: byte - at })) {
        feeds += countLineFeeds(chunk);
        at += chunk.length;
        if (at - remembered < SPACING) continue;
        remember(at, feeds);
        remembered = at;
      }
      remember(at, feeds);
      return feeds;
    },
  };
}
