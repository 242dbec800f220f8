import {
  type Item,
  isChangedNumber,
  isItem,
  type Json,
  printedNumber,
  setField,
  spelledNumber,
} from '@dataset-items/query-pipeline';
import { endOfString } from './json-faults.js';

/** A number that JavaScript prints as another decimal number (docs/semantics.md#numbers). */
export interface ChangedNumber {
  readonly source: string;
  /** 1-based line of the number. */
  readonly line: number;
  /** 0-based offset of its first byte, in the decompressed text. */
  readonly byte: number;
  /** Path in the item, joined by `/`. */
  readonly field: string;
  readonly spelling: string;
  readonly printed: string;
}

/** Such numbers in the items that were read. */
export interface ChangedNumbers {
  readonly count: number;
  /** The first five, in the order of reading. */
  readonly first: readonly ChangedNumber[];
}

/** A number in JSON text. Offsets count from the same byte as those of the text. */
interface Found {
  readonly start: number;
  readonly field: string;
  readonly spelling: string;
}

type NumberPlace = Pick<ChangedNumber, 'source' | 'line'>;

/** The first numbers whose place is not known yet. */
type Unplaced = Omit<ChangedNumber, 'source' | 'line'>;

/** Counts changed numbers of one walk. */
export interface NumberLog {
  readonly changed: ChangedNumbers;
  /** Looks at the text of an item. @param offset of the first byte of `bytes` in the source @param place if it is known */
  look(bytes: Buffer, start: number, end: number, offset: number, place?: NumberPlace): void;
  /** Counts numbers whose text need not be looked at, because enough examples are known. */
  add(count: number): void;
  /** Whether examples are still wanted. */
  readonly wantsMore: boolean;
  /** Gives the examples that were found since the last call their place. */
  place(placeOf: (byte: number) => NumberPlace | Promise<NumberPlace>): Promise<void>;
  /** Whether there are such examples. */
  readonly hasUnplaced: boolean;
}

/** Number of examples that are reported. */
const KEPT = 5;
/** Largest number of characters of a path or spelling in an example. */
const LONGEST = 60;

export function numberLog(): NumberLog {
  let count = 0;
  const first: ChangedNumber[] = [];
  let unplaced: Unplaced[] = [];
  return {
    get changed() {
      return { count, first: [...first] };
    },
    get wantsMore() {
      return first.length + unplaced.length < KEPT;
    },
    get hasUnplaced() {
      return unplaced.length > 0;
    },
    add: (more) => {
      count += more;
    },
    look: (bytes, start, end, offset, place) => {
      if (!mayHaveChanged(bytes, start, end)) return;
      for (const { start: at, field, spelling } of numbersIn(bytes, start, end)) {
        if (!isChangedNumber(spelling)) continue;
        count++;
        if (first.length + unplaced.length === KEPT) continue;
        const printed = printedNumber(spelling);
        const one = { byte: offset + at, field: cut(field), spelling: cut(spelling), printed };
        if (place === undefined) unplaced.push(one);
        else first.push({ ...place, ...one });
      }
    },
    place: async (placeOf) => {
      const found = unplaced;
      unplaced = [];
      for (const one of found) {
        const { source, line } = await placeOf(one.byte);
        first.push({ source, line, ...one });
      }
    },
  };
}

/** Those of several walks, as one walk over all would count them. */
export function changedInAll(walks: readonly ChangedNumbers[]): ChangedNumbers {
  return {
    count: walks.reduce((sum, { count }) => sum + count, 0),
    first: walks.flatMap(({ first }) => first).slice(0, KEPT),
  };
}

function cut(text: string): string {
  return text.length > LONGEST ? `${text.slice(0, LONGEST)}…` : text;
}

/** The characters that a number has. */
const inNumbers = new Uint8Array(256);
for (const character of '0123456789.+-eE') inNumbers[character.charCodeAt(0)] = 1;
/** Least number of characters of a number that changes: `1e400`. */
const LEAST = 5;
/** Digits, with a point or without, of a number without an exponent that changes. */
const DIGITS = 16;

/**
 * Whether an item may have a number that changes: of 16 digits, or with an exponent of three. A smaller number has at most 15 digits, which a
 * double keeps. Of five characters in a row one is looked at, so most bytes are not.
 */
export function mayHaveChanged(bytes: Uint8Array, start: number, end: number): boolean {
  for (let at = start + LEAST - 1; at < end; at += LEAST) {
    if (inNumbers[bytes[at] as number] === 0) continue;
    let from = at;
    while (from > start && inNumbers[bytes[from - 1] as number] === 1) from--;
    let to = at + 1;
    while (to < end && inNumbers[bytes[to] as number] === 1) to++;
    if (to - from >= LEAST && (to - from >= DIGITS || hasLongExponent(bytes, from, to))) return true;
    at = to;
  }
  return false;
}

function hasLongExponent(bytes: Uint8Array, from: number, to: number): boolean {
  for (let at = from; at + 3 < to; at++) if (((bytes[at] as number) | 0x20) === 0x65) return true;
  return false;
}

/** The numbers of an item that is valid JSON, in order. */
function* numbersIn(bytes: Buffer, start: number, end: number): Generator<Found> {
  /** For each open container: the key or the index of the current value. */
  const path: (string | number)[] = [];
  let isKey = false;
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number;
    if (byte === 0x22) {
      const after = endOfString(bytes, at + 1, end);
      if (isKey) path[path.length - 1] = JSON.parse(bytes.toString('utf8', at, after)) as string;
      isKey = false;
      at = after;
      continue;
    }
    if (byte === 0x2d || (byte >= 0x30 && byte <= 0x39)) {
      let after = at + 1;
      while (after < end && inNumbers[bytes[after] as number] === 1) after++;
      yield { start: at, field: path.join('/'), spelling: bytes.toString('latin1', at, after) };
      at = after;
      continue;
    }
    if (byte === 0x7b || byte === 0x5b) path.push(byte === 0x7b ? '' : 0);
    else if (byte === 0x7d || byte === 0x5d) path.pop();
    else if (byte === 0x2c && typeof path.at(-1) === 'number') (path[path.length - 1] as number)++;
    if (byte === 0x7b || byte === 0x2c) isKey = typeof path.at(-1) === 'string';
    at++;
  }
}

/** JSON's only spelling of a character that no other code begins a text with. */
const ZERO = '\\u0000';

/**
 * An item whose numbers are kept as they are spelled, wherever JavaScript would print another text.
 * @param item the same item as `JSON.parse` gives it
 * @param bytes its JSON
 */
export function withSpellings(item: Item, bytes: Buffer): Item {
  const numbers = [...numbersIn(bytes, 0, bytes.length)].filter(({ spelling }) => String(Number(spelling)) !== spelling);
  if (numbers.length === 0) return item;
  // A number becomes a text that begins in a way in which no text of the item begins, and is found by that after parsing.
  let mark = ZERO;
  while (bytes.indexOf(`"${mark}`) !== -1) mark += ZERO;
  const parts: string[] = [];
  let done = 0;
  for (const { start: at, spelling } of numbers) {
    parts.push(bytes.toString('utf8', done, at), `"${mark}${spelling}"`);
    done = at + spelling.length;
  }
  parts.push(bytes.toString('utf8', done));
  return unmarked(JSON.parse(parts.join('')) as Json, '\0'.repeat(mark.length / ZERO.length)) as Item;
}

function unmarked(value: Json, mark: string): Json {
  if (typeof value === 'string') return value.startsWith(mark) ? spelledNumber(value.slice(mark.length)) : value;
  if (Array.isArray(value)) return value.map((element: Json) => unmarked(element, mark));
  if (!isItem(value)) return value;
  const made: Record<string, Json> = {};
  for (const name of Object.keys(value)) setField(made, name, unmarked(value[name] as Json, mark));
  return made;
}
