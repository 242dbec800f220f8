import { MalformedInputError } from '@dataset-items/query-pipeline';
import { type Found, Malformed } from '../source.js';
import { foundSpans, isBlank, notAnObject, tooDeep } from '../spans.js';
import type { TextInput } from './jsonl.js';

/** Where the scanner stands between two bytes. */
type Place = 'start' | 'item or end' | 'item' | 'in item' | 'comma or end' | 'next item' | 'end';

/** A JSON array of objects, or objects one after the other, found object by object: no more than one is held. */
export async function* findValues(input: TextInput): AsyncGenerator<Found> {
  const scanner = objectScanner(input);
  for await (const chunk of input.chunks) {
    const found = scanner.scan(chunk);
    if (found.count > 0) yield found;
  }
  scanner.end();
}

function objectScanner({ source, dropped, maxDepth }: TextInput) {
  let place: Place = 'start';
  let inArray = false;
  let offset = dropped;
  let line = 1;
  let depth = 0;
  let inString = false;
  let escaped = false;
  let pending: Buffer[] = [];
  let pendingLength = 0;
  let itemLine = 1;
  let itemByte = 0;

  const fail = (error: Malformed, at: number): MalformedInputError =>
    new MalformedInputError(source, { line: at, byte: error.byte }, error.message);

  /** Goes to the end of the object, or of the chunk. State is kept in locals: a closure's variables cost the loop double. */
  const skipItem = (chunk: Buffer, from: number): number => {
    let [levels, quoted, lines] = [depth, inString, line];
    let at = escaped ? from + 1 : from;
    let closed = false;
    for (; at < chunk.length && !closed; at++) {
      const byte = chunk[at] as number;
      if (quoted) {
        if (byte === 0x5c) at++;
        else if (byte === 0x22) quoted = false;
      } else if (byte === 0x22) quoted = true;
      else if (byte === 0x7b || byte === 0x5b) {
        if (++levels > maxDepth) throw fail(tooDeep(itemByte, maxDepth), itemLine);
      } else if (byte === 0x7d || byte === 0x5d) closed = --levels === 0;
      else if (byte === 0x0a) lines++;
    }
    // A backslash at the end of the chunk escapes the first byte of the next.
    escaped = at > chunk.length;
    [depth, inString, line] = [levels, quoted, lines];
    return Math.min(at, chunk.length);
  };

  /** What a byte between items means. */
  const step = (byte: number, at: number): void => {
    if (byte === 0x7b && (place === 'start' || place === 'item or end' || place === 'item' || place === 'next item')) {
      place = 'in item';
      itemLine = line;
      itemByte = offset + at;
    } else if (byte === 0x5b && place === 'start') {
      inArray = true;
      place = 'item or end';
    } else if (byte === 0x5d && (place === 'item or end' || place === 'comma or end')) {
      place = 'end';
    } else if (byte === 0x2c && place === 'comma or end') {
      place = 'item';
    } else if (byte === 0x0a) {
      line++;
    } else if (!isBlank(byte)) {
      throw fail(complaint(place, byte, offset + at), line);
    }
  };

  return {
    scan(chunk: Buffer): Found {
      const starts: number[] = [];
      const ends: number[] = [];
      const lines: number[] = [];
      let start = -pendingLength;
      for (let at = 0; at < chunk.length; ) {
        if (place !== 'in item') {
          step(chunk[at] as number, at);
          if ((place as Place) === 'in item') start = at;
          else at++;
          continue;
        }
        at = skipItem(chunk, at);
        if (depth > 0) break;
        starts.push(start + pendingLength);
        ends.push(at + pendingLength);
        lines.push(itemLine);
        place = inArray ? 'comma or end' : 'next item';
      }
      const bytes = pendingLength === 0 || starts.length === 0 ? chunk : Buffer.concat([...pending, chunk]);
      const base = offset - pendingLength;
      const found = foundSpans({
        source,
        bytes,
        starts,
        ends,
        offset: base,
        maxDepth,
        lineOf: (byte) => lines[starts.indexOf(byte - base)] ?? line,
      });
      keepUnfinished(chunk, place === 'in item' ? Math.max(start, 0) : chunk.length, starts.length > 0);
      offset += chunk.length;
      return found;
    },
    /** @throws MalformedInputError where the text ends too early */
    end(): void {
      if (place === 'in item') throw fail(new Malformed(itemByte, 'the text ends inside this object'), itemLine);
      if (inArray && place !== 'end') throw fail(new Malformed(offset, 'the text ends before the array does'), line);
    },
  };

  function keepUnfinished(chunk: Buffer, start: number, someFinished: boolean): void {
    const rest = chunk.subarray(start);
    if (someFinished || rest.length < chunk.length) pending = [];
    if (rest.length > 0) pending.push(rest);
    pendingLength = pending.reduce((sum, { length }) => sum + length, 0);
  }
}

function complaint(place: Place, byte: number, at: number): Malformed {
  const got = byte > 0x20 && byte < 0x7f ? `"${String.fromCharCode(byte)}"` : `byte 0x${byte.toString(16).padStart(2, '0')}`;
  if (place === 'comma or end') return new Malformed(at, `expected a comma or the end of the array, got ${got}`);
  if (place === 'end') return new Malformed(at, `expected nothing after the array, got ${got}`);
  return notAnObject(at, got);
}
