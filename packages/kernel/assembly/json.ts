import { HAS_ESCAPES, HAS_NUMBER, HAS_SPACE, Line } from './line';
import { copy, putByte, TAPE, wordAt } from './memory';
import { KEY, NAME, NAME_LENGTH } from './nodes';
import { Output, writeByte } from './output';
import { afterValue, ARRAY, CLOSE, endOf, kindOf, nodeAt, OBJECT, startOf, TOKEN } from './tape';
import { Fields } from './fields';
import { Scan } from './scan';

/** The state of writing a record. */
export class Json {
  /** Blanks per level. 0: everything on one line. */
  static unit: i32 = 0;
  static place: i32 = 0;
  /** The value of a field, the next token in it, and the end of its tokens. */
  static value: i32 = 0;
  static token: i32 = 0;
  static end: i32 = 0;
  static indent: i32 = 0;
}

export function beginJson(): void {
  Json.place = -1;
  Json.indent = 0;
  Json.value = TAPE;
  Json.token = Fields.isWhole ? TAPE : 0;
  Json.end = Fields.isWhole ? Scan.tape : 0;
}

/** Continues to write the record. @returns whether it is complete; otherwise the output is full */
export function writeJson(): bool {
  if (Fields.isWhole) return writeTokens();
  const unit = Json.unit;
  if (Json.place < 0) {
    writeByte(0x7b);
    Json.indent = unit;
    const isVerbatim = unit == 0 && (Line.flags & (HAS_SPACE | HAS_ESCAPES | HAS_NUMBER)) == 0 && Fields.copies == Scan.tape;
    Json.place = isVerbatim ? copyFields() : 0;
  }
  const colon = unit == 0 ? 0 : 1;
  const most = Output.most;
  for (;;) {
    if (Json.token < Json.end && !writeTokens()) return false;
    // Kept in a variable: to load and store a global for each byte takes longer than to write it.
    let at = Output.at;
    const place = Json.place;
    if (at > most) return false;
    if (place == Fields.count) break;
    Json.place = place + 1;
    if (place > 0) putByte(at++, 0x2c);
    const token = wordAt(Fields.list + (place << 2));
    at = putName(nodeAt(token), colon, putLine(at));
    const kind = kindOf(token);
    if (kind < OBJECT) at = putBytes(startOf(token), endOf(token), at);
    else {
      Json.value = token;
      Json.token = token;
      Json.end = afterValue(token);
    }
    Output.at = at;
  }
  Json.indent = 0;
  let at = Output.at;
  if (Fields.count > 0) at = putLine(at);
  putByte(at, 0x7d);
  Output.at = at + 1;
  return true;
}

/**
 * Copies the first fields that have the same name and value in the text: those that are neighbours there together.
 * @returns the number of fields
 */
function copyFields(): i32 {
  const count = Fields.count;
  const list = Fields.list;
  let at = Output.at;
  /** The bytes of the text to be copied next. */
  let from = 0;
  let end = 0;
  let place = 0;
  for (; place < count; place++) {
    const token = wordAt(list + (place << 2));
    const node = nodeAt(token);
    if (wordAt(node + NAME) != wordAt(node + KEY)) break;
    const start = startOf(token) - wordAt(node + NAME_LENGTH);
    if (start != end + 1) {
      if (from != 0) {
        at = putBytes(from, end, at);
        putByte(at++, 0x2c);
      }
      from = start;
    }
    end = endOf(token);
  }
  if (from != 0) at = putBytes(from, end, at);
  Output.at = at;
  return place;
}

/** Writes the tokens of a container. @returns whether all are written; otherwise the output is full */
function writeTokens(): bool {
  const unit = Json.unit;
  const colon = unit == 0 ? 0 : 1;
  const end = Json.end;
  const most = Output.most;
  let at = Output.at;
  let token = Json.token;
  for (; token < end; token += TOKEN) {
    if (at > most) break;
    const kind = kindOf(token);
    const isFirst = isOpen(token - TOKEN);
    if (kind == CLOSE) {
      Json.indent -= unit;
      if (!isFirst) at = putLine(at);
      putByte(at++, endOf(token));
      continue;
    }
    if (token != Json.value) {
      if (!isFirst) putByte(at++, 0x2c);
      at = putLine(at);
      const node = nodeAt(token);
      if (wordAt(node + NAME_LENGTH) > 1) at = putName(node, colon, at);
    }
    if (kind < OBJECT) at = putBytes(startOf(token), endOf(token), at);
    else {
      putByte(at++, kind == OBJECT ? 0x7b : 0x5b);
      Json.indent += unit;
    }
  }
  Output.at = at;
  Json.token = token;
  return token == end;
}

@inline function isOpen(token: i32): bool {
  const kind = kindOf(token);
  return kind == OBJECT || kind == ARRAY;
}

/** Copies text to an address. @returns the address after it */
@inline function putBytes(from: i32, end: i32, at: i32): i32 {
  copy(at, from, end - from);
  return at + end - from;
}

/** Writes the name of a field, with a colon, and a blank after it if `colon` is 1. */
@inline function putName(node: i32, colon: i32, at: i32): i32 {
  const name = wordAt(node + NAME);
  return putBytes(name, name + wordAt(node + NAME_LENGTH) + colon, at);
}

/** Begins a line, unless everything is on one. */
@inline function putLine(at: i32): i32 {
  if (Json.unit == 0) return at;
  v128.store(at, LINE);
  const indent = Json.indent;
  if (indent >= 16) putBlanks(at + 16, indent - 15);
  return at + 1 + indent;
}

/** A line feed, and blanks after it. */
const LINE = i8x16(10, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32, 32);

function putBlanks(at: i32, count: i32): void {
  for (let done = 0; done < count; done += 16) v128.store(at + done, i8x16.splat(32));
}
