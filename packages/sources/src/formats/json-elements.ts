import { constants } from 'node:buffer';
import { type Accept, trailingComma } from '../json-faults.js';
import type { JsonElement, JsonPiece } from '../json-reading.js';
import { Malformed } from '../malformed.js';
import { isBlank, itemTooLong } from '../spans.js';
import type { ElementsInput } from './format.js';

/** What a text says between its values. */
export interface Grammar {
  /**
   * Takes a byte outside of values.
   * @param at offset in the source @param line 1-based
   * @returns `item` or `other`: a value begins with this byte, which is an item or not
   */
  take(byte: number, at: number, line: number): 'item' | 'other' | Broken | undefined;
  /** The value has ended. */
  closed(): void;
  /** The text has ended outside of values. @param at offset in the source */
  end(at: number): Malformed | undefined;
  /** Whether a value that begins now is inside brackets, so that the text cannot end after it. */
  isOpen(): boolean;
  /** The key of the item that begins, if keys are kept. */
  key?(): string | undefined;
}

/** A syntax error between values: nothing after it can be read. */
export interface Broken {
  readonly error: Malformed;
  /** 1-based. */
  readonly line: number;
}

/** Consecutive bytes, and the items in them. */
export interface Elements extends JsonPiece {
  readonly elements: readonly KeyedElement[];
}

export interface KeyedElement extends JsonElement {
  readonly key?: string | undefined;
}

/** Splits a text into its items, of which at most one is held in memory. @throws Malformed after the last complete item */
export async function* readElements({ chunks, dropped, reached }: ElementsInput, grammar: Grammar): AsyncGenerator<Elements> {
  const scanner = elementScanner(dropped, reached, grammar);
  const found = function* ({ piece, broken }: Scanned): Generator<Elements> {
    if (piece.elements.length > 0) yield piece;
    if (broken !== undefined) throw broken;
  };
  for await (const chunk of chunks) yield* found(scanner.scan(chunk));
  yield* found(scanner.end());
}

interface Scanned {
  readonly piece: Elements;
  readonly broken: Malformed | undefined;
}

function elementScanner(dropped: number, reached: ElementsInput['reached'], grammar: Grammar) {
  let inside: 'brackets' | 'word' | undefined;
  let isItem = false;
  let offset = dropped;
  let line = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let elementLine = 1;
  let elementByte = 0;
  let elementKey: string | undefined;

  /** Goes to the end of the value or of the chunk. State is in local variables for speed. */
  const skipBrackets = (chunk: Buffer, from: number): number => {
    let [levels, quoted, lines] = [depth, inString, line];
    let at = escaped ? from + 1 : from;
    let closed = false;
    for (; at < chunk.length && !closed; at++) {
      const byte = chunk[at] as number;
      if (quoted) {
        if (byte === 0x5c) at++;
        else if (byte === 0x22) {
          quoted = false;
          closed = levels === 0;
        } else if (byte === 0x0a) lines++;
      } else if (byte === 0x22) quoted = true;
      else if (byte === 0x7b || byte === 0x5b) levels++;
      else if (byte === 0x7d || byte === 0x5d) closed = --levels === 0;
      else if (byte === 0x0a) lines++;
    }
    // A backslash at the end of the chunk escapes the first byte of the next.
    escaped = at > chunk.length;
    [depth, inString, line] = [levels, quoted, lines];
    if (closed) inside = undefined;
    return Math.min(at, chunk.length);
  };

  /** Goes to the end of a number, a literal, or other text without brackets and quotes. */
  const skipWord = (chunk: Buffer, from: number): number => {
    let at = from;
    while (at < chunk.length && !isBlank(chunk[at]) && !endsWord(chunk[at] as number)) at++;
    if (at < chunk.length) inside = undefined;
    return at;
  };

  /** Takes a byte between values. */
  const step = (byte: number, at: number): Malformed | undefined => {
    const met = grammar.take(byte, offset + at, line);
    if (met === 'item' || met === 'other') {
      inside = byte === 0x7b || byte === 0x5b || byte === 0x22 ? 'brackets' : 'word';
      isItem = met === 'item';
      elementLine = line;
      elementByte = offset + at;
      elementKey = isItem ? grammar.key?.() : undefined;
    } else if (met !== undefined) {
      line = met.line;
      return met.error;
    } else if (byte === 0x0a) line++;
    return undefined;
  };

  const scan = (chunk: Buffer): Scanned => {
    const elements: KeyedElement[] = [];
    let start = -pendingLength;
    let broken: Malformed | undefined;
    for (let at = 0; at < chunk.length && broken === undefined; ) {
      if (inside === undefined) {
        broken = step(chunk[at] as number, at);
        if (inside !== undefined) start = at;
        else at++;
        continue;
      }
      at = inside === 'word' ? skipWord(chunk, at) : skipBrackets(chunk, at);
      if (inside !== undefined) break;
      grammar.closed();
      if (!isItem) continue;
      const place = { start: start + pendingLength, end: at + pendingLength, line: elementLine };
      elements.push(elementKey === undefined ? place : { ...place, key: elementKey });
    }
    const bytes = pendingLength === 0 || elements.length === 0 ? chunk : Buffer.concat([...pending, chunk]);
    const piece = { bytes, offset: offset - pendingLength, elements };
    const unfinished = inside !== undefined && isItem;
    keepUnfinished(chunk, unfinished ? Math.max(start, 0) : chunk.length, elements.length > 0);
    offset += chunk.length;
    if (pendingLength > constants.MAX_STRING_LENGTH) broken ??= new Malformed(elementByte, itemTooLong, { fatal: true });
    reached.line = inside === undefined ? line : elementLine;
    return { piece, broken };
  };

  const keepUnfinished = (chunk: Buffer, start: number, someFinished: boolean): void => {
    const rest = chunk.subarray(start);
    if (someFinished || rest.length < chunk.length) {
      pending = [];
      pendingLength = 0;
    }
    if (rest.length > 0) pending.push(rest);
    pendingLength += rest.length;
  };

  /** A number or literal outside of brackets ends where the text ends. */
  const end = (): Scanned => {
    const { piece } = inside === 'word' && !grammar.isOpen() ? scan(Buffer.of(0x20)) : scan(Buffer.alloc(0));
    if (inside === undefined) return { piece, broken: grammar.end(offset) };
    return { piece, broken: new Malformed(elementByte, 'the text ends inside this element') };
  };

  return { scan, end };
}

/** `,` `:` `]` `}`: never the start of a value. */
export function separates(byte: number): boolean {
  return byte === 0x2c || byte === 0x3a || byte === 0x5d || byte === 0x7d;
}

function endsWord(byte: number): boolean {
  return byte === 0x2c || byte === 0x5d || byte === 0x7d || byte === 0x7b || byte === 0x5b;
}

/** A trailing comma. @returns undefined if it is accepted */
export function takeComma({ at, line }: Comma, accept: Accept | undefined): Broken | undefined {
  if (accept === undefined) return { error: new Malformed(at, trailingComma), line };
  accept('trailing comma');
  return undefined;
}

/** The place of a comma between values. */
export interface Comma {
  /** Offset in the source. */
  readonly at: number;
  readonly line: number;
}

/** @param expected completes "expected ..." */
export function complaint(expected: string, byte: number, { at, line }: Comma): Broken {
  const got = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
  return { error: new Malformed(at, `expected ${expected}, got ${got}`), line };
}
