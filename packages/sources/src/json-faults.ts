/** What is not JSON, but is written by other programs and accepted with `lenient`. */
export const acceptedKinds = ['NaN', 'Infinity', '-Infinity', 'trailing comma'] as const;
export type AcceptedKind = (typeof acceptedKinds)[number];

/** The number of accepted places of each kind. Kinds that did not occur are absent. */
export type Accepted = Readonly<Partial<Record<AcceptedKind, number>>>;

/** Counts one accepted place. */
export type Accept = (kind: AcceptedKind) => void;

/** A place where a text is not JSON. */
export interface JsonFault {
  /** Offsets in the bytes; `end` is the first byte after the place. */
  readonly start: number;
  readonly end: number;
  /** For the error. */
  readonly reason: string;
  /** The kind, if `lenient` accepts it. Absent: it is an error with `lenient` too. */
  readonly accepted?: AcceptedKind;
}

export const trailingComma = 'not valid JSON: a trailing comma, which `lenient` ignores';

/** Words of other languages, such as Python's, in the place of a value. An error names them. */
const foreignWords = new Set(['undefined', 'None', 'True', 'False', 'nan', 'inf', '-inf']);
const jsonWord = /^(?:true|false|null|-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?)$/;
const acceptedNumbers: readonly string[] = acceptedKinds.filter((kind) => kind !== 'trailing comma');

/** A text without the accepted faults. It may still be malformed, for example inside a string, so it has to be parsed. */
export interface LenientText {
  readonly text: string;
  /** The kinds of the accepted faults, in the order of the text. */
  readonly kinds: readonly AcceptedKind[];
}

/**
 * The text with null in place of `NaN` and the infinities, and without trailing commas.
 * @returns the first fault that is not accepted, if there is one; `undefined` if that fault is of no known kind
 */
export function leniently(bytes: Buffer, start: number, end: number): LenientText | JsonFault | undefined {
  const parts: string[] = [];
  const kinds: AcceptedKind[] = [];
  let done = start;
  for (const fault of faultsOf(bytes, start, end)) {
    if (fault?.accepted === undefined) return fault;
    kinds.push(fault.accepted);
    parts.push(bytes.toString('utf8', done, fault.start), fault.accepted === 'trailing comma' ? '' : 'null');
    done = fault.end;
  }
  return { text: parts.join('') + bytes.toString('utf8', done, end), kinds };
}

/** The JSON of a text that is JSON, or is accepted with `lenient`. */
export function correctedJson(bytes: Buffer): Buffer {
  const found = leniently(bytes, 0, bytes.length);
  return found !== undefined && 'text' in found ? Buffer.from(found.text) : bytes;
}

/** The first place that is not JSON, whether `lenient` accepts it or not. `undefined`: the fault is of no known kind. */
export function firstFault(bytes: Buffer, start: number, end: number): JsonFault | undefined {
  for (const fault of faultsOf(bytes, start, end)) return fault;
  return undefined;
}

/** What is expected next. After a comma, a closing bracket is accepted too: the comma is then a trailing one. */
type Place = 'value' | 'value or end' | 'value after comma' | 'name or end' | 'name after comma' | 'colon' | 'comma or end';

/**
 * Walks over a text that is not JSON. Gives the faults that `lenient` accepts, up to the first other fault, which is the last one given;
 * `undefined` stands for a fault of no known kind. Strings, long numbers and the end of the text are not checked completely.
 */
function* faultsOf(bytes: Buffer, start: number, end: number): Generator<JsonFault | undefined> {
  /** The opening brackets that have no closing bracket yet. */
  const open: number[] = [];
  let place: Place = 'value';
  /** Offset of the latest comma. */
  let comma = start;
  for (let at = start; at < end; ) {
    const byte = bytes[at] as number;
    if (byte <= 0x20) {
      at++;
      continue;
    }
    const wantsValue: boolean = place === 'value' || place === 'value or end' || place === 'value after comma';
    const wantsName: boolean = place === 'name or end' || place === 'name after comma';
    if (byte === 0x22 && (wantsValue || wantsName)) {
      at = endOfString(bytes, at + 1, end);
      place = wantsName ? 'colon' : 'comma or end';
    } else if (byte === 0x3a && place === 'colon') {
      place = 'value';
      at++;
    } else if ((byte === 0x7b || byte === 0x5b) && wantsValue) {
      open.push(byte);
      place = byte === 0x7b ? 'name or end' : 'value or end';
      at++;
    } else if ((byte === 0x7d || byte === 0x5d) && place !== 'value' && place !== 'colon') {
      // In ASCII, `]` is `[` plus 2, and `}` is `{` plus 2.
      if (open.pop() !== byte - 2) return yield undefined;
      if (place === 'value after comma' || place === 'name after comma') yield commaAt(comma);
      place = 'comma or end';
      at++;
    } else if (byte === 0x2c && place === 'comma or end') {
      comma = at++;
      // A comma after the whole value, as in lines that end in commas.
      if (open.length === 0) return yield isBlankTo(bytes, at, end) ? commaAt(comma) : undefined;
      place = open.at(-1) === 0x7b ? 'name after comma' : 'value after comma';
    } else {
      const fault = faultAt(bytes, at, end, { wantsValue, wantsName });
      if (fault !== 'none') yield fault;
      if (fault !== 'none' && fault?.accepted === undefined) return;
      at = endOfWord(bytes, at, end);
      place = 'comma or end';
    }
  }
}

function commaAt(at: number): JsonFault {
  return { start: at, end: at + 1, reason: trailingComma, accepted: 'trailing comma' };
}

/** The fault of a word or a sign that begins at `start`. `none`: it is a value of JSON. `undefined`: a fault of no known kind. */
function faultAt(
  bytes: Buffer,
  start: number,
  end: number,
  { wantsValue, wantsName }: { readonly wantsValue: boolean; readonly wantsName: boolean },
): JsonFault | 'none' | undefined {
  const [first, second] = [bytes[start], bytes[start + 1]];
  const named = (until: number, what: string): JsonFault => ({ start, end: until, reason: `not valid JSON: ${what}` });
  if (first === 0x23 || (first === 0x2f && (second === 0x2f || second === 0x2a))) return named(start + 1, 'a comment');
  if (first === 0x27 && (wantsValue || wantsName)) return named(start + 1, 'text in single quotes');
  const until = endOfWord(bytes, start, end);
  if (until === start) return undefined;
  if (wantsName) return named(until, 'a name without quotes');
  if (!wantsValue) return undefined;
  const word = bytes.toString('latin1', start, Math.min(until, start + 400));
  if (jsonWord.test(word)) return 'none';
  if (foreignWords.has(word)) return named(until, word);
  if (!acceptedNumbers.includes(word)) return undefined;
  return { ...named(until, `${word}, which \`lenient\` reads as null`), accepted: word as AcceptedKind };
}

/** A word has letters, digits, `_`, `$` and the signs of numbers: `+`, `-` and the point. */
function endOfWord(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && isOfWord(bytes[at] as number)) at++;
  return at;
}

function isOfWord(byte: number): boolean {
  const letter = byte | 0x20;
  return (letter >= 0x61 && letter <= 0x7a) || (byte >= 0x30 && byte <= 0x39) || [0x2b, 0x2d, 0x2e, 0x5f, 0x24].includes(byte);
}

/** The index after the closing quote of a string. @param start after the opening quote */
export function endOfString(bytes: Buffer, start: number, end: number): number {
  let at = start;
  while (at < end && bytes[at] !== 0x22) at += bytes[at] === 0x5c ? 2 : 1;
  return at + 1;
}

function isBlankTo(bytes: Buffer, start: number, end: number): boolean {
  for (let at = start; at < end; at++) if ((bytes[at] as number) > 0x20) return false;
  return true;
}
