import type { Item } from '@dataset-items/query-pipeline';
import { correctedJson } from './json-faults.js';
import { type Fault, Malformed, type Tolerance } from './malformed.js';
import { withSpellings } from './numbers.js';
import { malformedInput } from './raw-batch.js';
import { countLineFeeds, jsonParser } from './spans.js';
import type { Window } from './window.js';

/**
 * The layout of items in JSON bytes.
 * `lines`: one item per line. Lines end with LF, except perhaps the last, and there may be blank lines. A piece may begin or end within a line.
 * `elements`: the elements of a JSON array, or values separated by white space. Every piece has complete items, and gives their places.
 * `one`: every piece is a single item.
 */
export type JsonFraming = 'lines' | 'elements' | 'one';

/** The items of a window as JSON bytes, for one walk. A caller that does not walk them closes the source. */
export type JsonReading = JsonText | JoinedJson;

/** The items of several sources, one after the other. */
export interface JoinedJson {
  readonly framing: 'joined';
  /** The window that the reader still has to apply, counted among the items of all parts. */
  readonly window: Window;
  /** In the order in which they must be read. Each gives all its items, in the direction of the window. */
  readonly parts: readonly JsonReading[];
}

/** The items of one source. */
export interface JsonText {
  readonly framing: JsonFraming;
  /**
   * The window that the reader still has to apply, counted among the items in the bytes, including malformed ones.
   * With `desc`, pieces come from the last to the first, and each holds complete items in stored order.
   */
  readonly window: Window;
  /** Largest number of levels of arrays and objects in an item. */
  readonly maxDepth: number;
  /**
   * Of `lines`: they are exactly what an export as JSON Lines writes. So there is nothing to check: no item is malformed, deeper than
   * `maxDepth` or spelled differently, and no line is blank.
   */
  readonly canonical?: true | undefined;
  /**
   * The bytes. The reader may keep those of a piece until it calls `release`. Without `desc`, pieces of `lines` follow each other without a
   * gap and may be cut anywhere, even inside of a character.
   * @throws MalformedInputError (bytes that cannot be decompressed), UnreadableSourceError
   */
  readonly pieces: AsyncIterable<JsonPiece>;
  /**
   * Makes pieces be read into memory that the reader gives for so many bytes, where it gives some. The first piece may be elsewhere, because its
   * bytes show the format. A piece is read only when it is asked for. Absent: the source decides where pieces are.
   */
  readInto?(memoryFor: (length: number) => Buffer | undefined): void;
  /**
   * Parses a single item, for a reader that cannot process its bytes. `undefined` if it is malformed and the source skips malformed items;
   * `skipped()` of the source then counts it.
   * @param item only the bytes of the item, and its place as in `JsonPiece`
   * @param exact numbers are kept as they are spelled (`spelledNumber`), and none is counted as changed
   * @throws MalformedInputError
   */
  parse(item: JsonPiece, exact?: boolean): Promise<Item | undefined>;
  /** Counts changed numbers of items that the reader does not parse. Absent: they are not counted. */
  readonly numbers?: ItemNumbers | undefined;
}

/** Counts numbers that JavaScript prints as other numbers. */
export interface ItemNumbers {
  /** Whether examples are still wanted. */
  readonly wantsMore: boolean;
  /** Counts those of an item, and keeps the first as examples. @param item as for `parse` */
  look(item: JsonPiece): Promise<void>;
  /** Counts those of items that need not be looked at. */
  add(count: number): void;
}

/** Consecutive bytes of a source, and where they are in it. */
export interface JsonPiece {
  readonly bytes: Buffer;
  /** Offset of the first byte in the decompressed text. A byte order mark counts, although it is not among the bytes. */
  readonly offset: number;
  /**
   * 1-based line of the first byte. Given with the first piece of a walk forwards; the reader counts the lines after it. If it is missing,
   * the source finds the line when an item is malformed.
   */
  readonly line?: number | undefined;
  /** Name to give in errors instead of that of the source, such as the file of an item in a directory. */
  readonly source?: string | undefined;
  /** Number of lines, if the bytes are complete canonical lines and this is known. It is then known of all pieces of a walk. */
  readonly lines?: number | undefined;
  /** Of pieces whose number of lines is known: no piece follows. */
  readonly isLast?: boolean | undefined;
  /** For `elements`: the places of the items, in stored order. */
  readonly elements?: readonly JsonElement[] | undefined;
  /** The reader may call it when it does not use the bytes any more: their memory is then used for a later piece. */
  release?(): void;
}

/** The place of an item in a piece. */
export interface JsonElement {
  /** Index of its first byte in the piece. */
  readonly start: number;
  /** Index after its last byte. */
  readonly end: number;
  /** 1-based line of its first byte in the source. */
  readonly line: number;
}

export interface ParsingOptions extends Tolerance {
  /** Largest number of levels of arrays and objects in an item. */
  readonly maxDepth: number;
  /** The place of an item, for errors. Called only for malformed items. */
  readonly placeOf: (item: JsonPiece) => Place | Promise<Place>;
  /** The reason in the error of an item without bytes. Default: that of the parser. */
  readonly ofNothing?: string;
}

type Place = Pick<Fault, 'source' | 'line' | 'item'>;

/** Parses single items: with the same items, errors and counts as a walk over the source. */
export function singleItems({
  maxDepth,
  faults,
  accept,
  numbers,
  placeOf,
  ofNothing,
}: ParsingOptions): Pick<JsonText, 'parse' | 'numbers'> {
  const parseSpan = jsonParser(maxDepth, accept);
  /** @param at offset in the source of a byte of the item */
  const lineOf = async (item: JsonPiece, at: number): Promise<Place> => {
    const { line, ...place } = await placeOf(item);
    return { ...place, line: line + countLineFeeds(item.bytes, at - item.offset) };
  };
  const look = async (item: JsonPiece): Promise<void> => {
    const { bytes, offset } = item;
    numbers?.look(bytes, 0, bytes.length, offset);
    if (numbers?.hasUnplaced) await numbers.place((byte) => lineOf(item, byte));
  };
  return {
    numbers: numbers && {
      look,
      add: numbers.add,
      get wantsMore() {
        return numbers.wantsMore;
      },
    },
    parse: async (item, exact = false) => {
      const { bytes, offset } = item;
      try {
        const parsed = parseSpan(bytes, 0, bytes.length, offset, false);
        if (exact) return withSpellings(parsed, accept === undefined ? bytes : correctedJson(bytes));
        await look(item);
        return parsed;
      } catch (error) {
        if (!(error instanceof Malformed)) throw error;
        const reason = (bytes.length === 0 ? ofNothing : undefined) ?? error.message;
        const fault = async (): Promise<Fault> => ({ ...(await lineOf(item, error.byte)), byte: error.byte, reason });
        if (faults === undefined) throw malformedInput(await fault(), error);
        await faults.note(fault);
        return undefined;
      }
    },
  };
}
