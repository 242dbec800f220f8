import type { BytesAt } from './bytes.js';
import { countLineFeeds } from './spans.js';

export interface LineCounter {
  /** Number of line feeds before a byte. @throws UnreadableSourceError */
  before(byte: number): Promise<number>;
}

/** Bytes between two places whose line is remembered. */
const SPACING = 16 * 1024 * 1024;

/**
 * Counts the lines of one file for all of its ranges. Each range may have to name a line of the file, so what was counted is remembered: bytes
 * are read again only from the nearest place before the one that is asked for.
 */
export function lineCounter(bytes: BytesAt): LineCounter {
  /** In the order of their bytes. */
  const known = [{ at: 0, feeds: 0 }];
  const remember = (at: number, feeds: number): void => {
    if (at > (known.at(-1)?.at ?? 0)) known.push({ at, feeds });
  };
  return {
    before: async (byte) => {
      const nearest = known.findLast(({ at }) => at <= byte);
      let { at, feeds } = nearest ?? { at: 0, feeds: 0 };
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
