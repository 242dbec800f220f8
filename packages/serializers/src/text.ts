import type { ByteWriter } from './bytes.js';
import {
  codePointsOf,
  type EscapeTable,
  escapedPattern,
  loneSurrogate,
  type OnReplaced,
  type Rewriter,
  rewriter,
  rulesFor,
  spelled,
} from './escapes.js';
import { utf8 } from './platform.js';

export type TextWriter = (writer: ByteWriter, value: string) => void;

/**
 * Up to this many UTF-16 units our own loop is faster than a regular expression and the encoder. If characters must be escaped, it is faster
 * for any length (docs/performance.md#text).
 */
const SHORT = 80;

/**
 * Writes text by a table of escapes, from which everything else is derived. Text is escaped and encoded into the buffer in one loop. Long text
 * without escapes goes to the encoder. Text with characters that the loop does not support is rewritten first.
 */
export function textWriter(table: EscapeTable, onReplaced?: OnReplaced): TextWriter {
  const { rewrite, escaped, sequences, plain, longest, plainBlocks } = derivedFrom(table);
  const quoteMark = table.quote ?? '';
  const quote = table.quote?.charCodeAt(0);

  const writeClean: TextWriter = (writer, value) => {
    writer.reserve(value.length * 3 + 2);
    const { bytes } = writer;
    let at = writer.length;
    if (quote !== undefined) bytes[at++] = quote;
    at += bytes.write(value, at);
    if (quote !== undefined) bytes[at++] = quote;
    writer.length = at;
  };
  const writeRewritten: TextWriter = (writer, value) => writer.text(`${quoteMark}${rewrite(value, onReplaced)}${quoteMark}`);

  return (writer, value) => {
    const { length } = value;
    if (length > SHORT && !escaped.test(value)) return writeClean(writer, value);
    writer.reserve(length * longest + 2);
    const { bytes, view } = writer;
    let at = writer.length;
    if (quote !== undefined) bytes[at++] = quote;
    for (let index = 0; index < length; ) {
      // Four units at a time, if none of them must be escaped (docs/performance.md#text).
      if (index + 4 <= length) {
        const a = value.charCodeAt(index);
        const b = value.charCodeAt(index + 1);
        const c = value.charCodeAt(index + 2);
        const d = value.charCodeAt(index + 3);
        if (
          (a | b | c | d) < ASCII &&
          ((plain[a] as number) & (plain[b] as number) & (plain[c] as number) & (plain[d] as number)) === 1
        ) {
          view.setInt32(at, a | (b << 8) | (c << 16) | (d << 24), true);
          at += 4;
          index += 4;
          continue;
        }
      }
      for (const end = Math.min(index + 4, length); index < end; index++) {
        const unit = value.charCodeAt(index);
        if (unit >= ASCII) {
          if (plainBlocks[unit >> BLOCK_BITS] === 0) return writeRewritten(writer, value);
          if (unit < 0x800) bytes[at++] = 0xc0 | (unit >> 6);
          else {
            bytes[at++] = 0xe0 | (unit >> 12);
            bytes[at++] = 0x80 | ((unit >> 6) & 0x3f);
          }
          bytes[at++] = 0x80 | (unit & 0x3f);
        } else if (plain[unit] === 1) {
          bytes[at++] = unit;
        } else {
          const sequence = sequences[unit];
          if (sequence === undefined) return writeRewritten(writer, value);
          for (let byte = 0; byte < sequence.length; byte++) bytes[at++] = sequence[byte] as number;
        }
      }
    }
    if (quote !== undefined) bytes[at++] = quote;
    writer.length = at;
  };
}

const ASCII = 128;

interface Derived {
  readonly rewrite: Rewriter;
  /** Matches characters that are not written as they are. */
  readonly escaped: RegExp;
  /** `asciiSequence` of each ASCII character, by its code. */
  readonly sequences: readonly (Uint8Array | undefined)[];
  /** 1 for each ASCII character that is written as it is. */
  readonly plain: Uint8Array;
  /** Largest number of bytes for a character, unless the text is rewritten. */
  readonly longest: number;
  /** The same as `plain` for blocks of UTF-16 units beyond ASCII. */
  readonly plainBlocks: Uint8Array;
}

const known = new WeakMap<EscapeTable, Derived>();

function derivedFrom(table: EscapeTable): Derived {
  const before = known.get(table);
  if (before !== undefined) return before;
  const sequences = Array.from({ length: ASCII }, (_, unit) => asciiSequence(table, unit));
  const derived = {
    rewrite: rewriter(table),
    escaped: escapedPattern(table),
    sequences,
    plain: Uint8Array.from(sequences, (sequence, unit) => (sequence?.length === 1 && sequence[0] === unit ? 1 : 0)),
    longest: Math.max(4, ...sequences.map((sequence) => sequence?.length ?? 0)),
    plainBlocks: blocksWrittenAsTheyAre(table),
  };
  known.set(table, derived);
  return derived;
}

/** The bytes for an ASCII character. `undefined`: they depend on the next characters, or a report is needed. */
export function asciiSequence(table: EscapeTable, unit: number): Uint8Array | undefined {
  const character = String.fromCharCode(unit);
  const escaped = table.escapes[character];
  if (escaped !== undefined) return utf8(escaped);
  const [rule] = rulesFor(table, unit);
  if (rule === undefined) return Uint8Array.of(unit);
  return rule.before === undefined && rule.reported === undefined ? utf8(spelled(rule, unit)) : undefined;
}

/** UTF-16 units beyond ASCII are looked up in blocks of sixteen, which needs a table of 4 KiB. */
const BLOCK_BITS = 4;

/** 1 for each block in which every unit is written as it is. Never for surrogates, because one half does not identify the character. */
function blocksWrittenAsTheyAre({ escapes, rules }: EscapeTable): Uint8Array {
  const blocks = new Uint8Array(0x10000 >> BLOCK_BITS).fill(1);
  const escaped = codePointsOf(Object.keys(escapes).join(''));
  for (const [first, last] of [...escaped, ...[...rules, loneSurrogate].flatMap(({ of }) => of)]) {
    blocks.fill(0, first >> BLOCK_BITS, (last >> BLOCK_BITS) + 1);
  }
  return blocks;
}
