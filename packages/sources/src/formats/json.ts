import { constants } from 'node:buffer';
import { Malformed } from '../faults.js';
import type { Found } from '../found.js';
import { foundSpans, isBlank, itemTooLong, jsonParser } from '../spans.js';
import type { TextFormat, TextInput } from './format.js';

/** Where the scanner stands between two bytes. */
type Place = 'start' | 'element or end' | 'element' | 'in brackets' | 'in word' | 'comma or end' | 'next element' | 'end';

export const json: TextFormat = {
  kind: 'text',
  summary: 'A JSON array of objects, or objects one after the other',
  extensions: ['json'],
  open: findValues,
};

/**
 * A JSON array of objects, or objects one after the other, found element by element: no more than one is held. Whether an element is an
 * object is seen when it is parsed; a text that breaks between elements has no next one.
 */
async function* findValues(input: TextInput): AsyncGenerator<Found> {
  const scanner = elementScanner(input);
  for await (const chunk of input.chunks) {
    const { found, broken } = scanner.scan(chunk);
    if (found.count() > 0) yield found;
    if (broken !== undefined) throw broken;
  }
  const { found, broken } = scanner.end();
  if (found.count() > 0) yield found;
  if (broken !== undefined) throw broken;
}

interface Scanned {
  readonly found: Found;
  /** What stands between elements and does not belong there: nothing after it can be told. */
  readonly broken: Malformed | undefined;
}

function elementScanner({ source, dropped, maxDepth, faults, reached }: TextInput) {
  const parseSpan = jsonParser(maxDepth);
  let place: Place = 'start';
  let inArray = false;
  let offset = dropped;
  let line = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let elementLine = 1;
  let elementByte = 0;

  /** Goes to the end of the element, or of the chunk. State is kept in locals: a closure's variables cost the loop double. */
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
    if (closed) place = inArray ? 'comma or end' : 'next element';
    return Math.min(at, chunk.length);
  };

  /** A number, a literal, or what is none. */
  const skipWord = (chunk: Buffer, from: number): number => {
    let at = from;
    while (at < chunk.length && !isBlank(chunk[at]) && !endsWord(chunk[at] as number)) at++;
    if (at < chunk.length) place = inArray ? 'comma or end' : 'next element';
    return at;
  };

  /** What a byte between elements means. */
  const step = (byte: number, at: number): Malformed | undefined => {
    const wanted = place === 'element or end' || place === 'element' || place === 'next element';
    if (byte === 0x5b && place === 'start') {
      inArray = true;
      place = 'element or end';
    } else if ((wanted || place === 'start') && !isBlank(byte) && !separates(byte)) {
      place = byte === 0x7b || byte === 0x5b || byte === 0x22 ? 'in brackets' : 'in word';
      elementLine = line;
      elementByte = offset + at;
    } else if (byte === 0x5d && (place === 'element or end' || place === 'comma or end')) place = 'end';
    else if (byte === 0x2c && place === 'comma or end') place = 'element';
    else if (byte === 0x0a) line++;
    else if (!isBlank(byte)) return complaint(place, byte, offset + at);
    return undefined;
  };

  const scan = (chunk: Buffer): Scanned => {
    const starts: number[] = [];
    const ends: number[] = [];
    const lines: number[] = [];
    const inElement = (): boolean => place === 'in brackets' || place === 'in word';
    let start = -pendingLength;
    let broken: Malformed | undefined;
    for (let at = 0; at < chunk.length && broken === undefined; ) {
      if (!inElement()) {
        broken = step(chunk[at] as number, at);
        if (inElement()) start = at;
        else at++;
        continue;
      }
      at = place === 'in word' ? skipWord(chunk, at) : skipBrackets(chunk, at);
      if (inElement()) break;
      starts.push(start + pendingLength);
      ends.push(at + pendingLength);
      lines.push(elementLine);
    }
    const bytes = pendingLength === 0 || starts.length === 0 ? chunk : Buffer.concat([...pending, chunk]);
    const base = offset - pendingLength;
    const lineOf = (byte: number): number => lines[starts.indexOf(byte - base)] ?? line;
    const found = foundSpans({ source, bytes, starts, ends, offset: base, faults, lineOf, parseSpan });
    keepUnfinished(chunk, inElement() ? Math.max(start, 0) : chunk.length, starts.length > 0);
    offset += chunk.length;
    if (pendingLength > constants.MAX_STRING_LENGTH) broken ??= new Malformed(elementByte, itemTooLong, { fatal: true });
    reached.line = inElement() ? elementLine : line;
    return { found, broken };
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

  /** A word at the top ends with the text. */
  const end = (): Scanned => {
    const { found } = place === 'in word' && !inArray ? scan(Buffer.of(0x20)) : scan(Buffer.alloc(0));
    if (place === 'in brackets' || place === 'in word') {
      return { found, broken: new Malformed(elementByte, 'the text ends inside this element') };
    }
    const early = inArray && place !== 'end';
    return { found, broken: early ? new Malformed(offset, 'the text ends before the array does') : undefined };
  };

  return { scan, end };
}

/** `,` `:` `]` `}`: never the start of an element. */
function separates(byte: number): boolean {
  return byte === 0x2c || byte === 0x3a || byte === 0x5d || byte === 0x7d;
}

function endsWord(byte: number): boolean {
  return byte === 0x2c || byte === 0x5d || byte === 0x7d || byte === 0x7b || byte === 0x5b;
}

function complaint(place: Place, byte: number, at: number): Malformed {
  const got = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
  if (place === 'comma or end') return new Malformed(at, `expected a comma or the end of the array, got ${got}`);
  if (place === 'end') return new Malformed(at, `expected nothing after the array, got ${got}`);
  return new Malformed(at, `expected a JSON object, got ${got}`);
}
