import { afterName, CLOSING_BRACE, hasAttributes, noteName, putEnd, putOuterEnd, putStart } from './element-names';
import { ATTRIBUTE_ESCAPES, putEscaped, TEXT_ESCAPES } from './escaped';
import { Fields } from './fields';
import { copy, wordAt } from './memory';
import { ACTION, IS_ODD, IS_TEXT, Nodes } from './nodes';
import { AFTER_EMPTY, AFTER_NAME, AFTER_OUTER, Output, putPiece } from './output';
import { afterValue, ARRAY, CLOSE, endOf, kindOf, nodeAt, NULL, OBJECT, startOf, TEXT, TOKEN } from './tape';

/** The state of writing a record. */
export class Elements {
  static place: i32 = 0;
  /** The next token of a field, and the end of its tokens. */
  static token: i32 = 0;
  static end: i32 = 0;
  /** Whether the element of the record has elements inside. */
  static isOuter: bool = false;
}

/** What an object gives. */
class Content {
  /** The object of its attributes, and the value that is its text. 0: none. */
  static attributes: i32 = 0;
  static text: i32 = 0;
  /** Whether it gives elements. If so, the text is an element too. */
  static isOuter: bool = false;
}

/** Begins with the record. @returns false: it needs the steps */
export function beginElements(): bool {
  Elements.place = -1;
  Elements.token = 0;
  Elements.end = 0;
  if (!Nodes.hasParts) return true;
  for (let place = 0; place < Fields.count; place++) if (!isKnown(wordAt(Fields.list + (place << 2)))) return false;
  return true;
}

/** Whether all of a value can be written: it has no odd place, and no attribute is an array or object. */
function isKnown(value: i32): bool {
  const end = afterValue(value);
  for (let token = value; token < end; token += TOKEN) {
    if ((wordAt(nodeAt(token) + ACTION) & IS_ODD) != 0) return false;
    if (!hasAttributes(token)) continue;
    for (let attribute = token + TOKEN; kindOf(attribute) != CLOSE; attribute += TOKEN) {
      if (kindOf(attribute) >= OBJECT) return false;
    }
  }
  return true;
}

/** Continues to write the record. @returns whether it is complete; otherwise the output is full */
export function writeElements(): bool {
  if (Elements.place < 0) openRecord();
  const most = Output.most;
  for (;;) {
    if (Elements.token < Elements.end && !writeTokens()) return false;
    if (Output.at > most) return false;
    if (Elements.place == Fields.count) break;
    const token = wordAt(Fields.list + (Elements.place << 2));
    Elements.place++;
    if (kindOf(token) < OBJECT) Output.at = putElement(token, Output.at);
    else {
      Elements.token = token;
      Elements.end = afterValue(token);
    }
  }
  if (Elements.isOuter) Output.at = putOuterEnd(Nodes.root, Output.at);
  return true;
}

/** Writes the tokens of a value. @returns whether all are written; otherwise the output is full */
function writeTokens(): bool {
  const end = Elements.end;
  const most = Output.most;
  let at = Output.at;
  let token = Elements.token;
  while (token < end && at <= most) {
    const kind = kindOf(token);
    if (kind < OBJECT) at = putElement(token, at);
    else if (kind == CLOSE) {
      if (endOf(token) == CLOSING_BRACE) at = putOuterEnd(nodeAt(token), at);
    } else if (hasAttributes(token)) {
      token = afterValue(token);
      continue;
    } else {
      noteName(token);
      if (kind == OBJECT) {
        at = openObject(token, at);
        if (!Content.isOuter) {
          token = afterValue(token);
          continue;
        }
      }
    }
    token += TOKEN;
  }
  Output.at = at;
  Elements.token = token;
  return token >= end;
}

/** Opens the element of the record, and writes the whole element if there are no elements inside. */
function openRecord(): void {
  const count = Fields.count;
  beginContent();
  for (let place = 0; place < count; place++) if (addContent(wordAt(Fields.list + (place << 2)))) break;
  Elements.isOuter = Content.isOuter;
  Elements.place = Content.isOuter ? 0 : count;
  Output.at = putOpening(Nodes.root, Output.at);
  if (Content.isOuter || Content.text != 0) return;
  for (let place = 0; place < count; place++) noteUnwritten(wordAt(Fields.list + (place << 2)));
}

/** The same for another object. */
function openObject(object: i32, at: i32): i32 {
  beginContent();
  for (let token = object + TOKEN; kindOf(token) != CLOSE; token = afterValue(token)) if (addContent(token)) break;
  at = putOpening(nodeAt(object), at);
  if (Content.isOuter || Content.text != 0) return at;
  for (let token = object + TOKEN; kindOf(token) != CLOSE; token = afterValue(token)) noteUnwritten(token);
  return at;
}

/** A field that gives no element still has a name. */
function noteUnwritten(token: i32): void {
  if (!hasAttributes(token)) noteName(token);
}

function beginContent(): void {
  Content.attributes = 0;
  Content.text = 0;
  Content.isOuter = false;
}

/** Adds a field of an object to its content. @returns whether the other fields need no look */
@inline function addContent(token: i32): bool {
  if (Nodes.hasParts) {
    if (hasAttributes(token)) {
      Content.attributes = token;
      return false;
    }
    if ((wordAt(nodeAt(token) + ACTION) & IS_TEXT) != 0 && kindOf(token) < OBJECT) {
      Content.text = token;
      return false;
    }
  }
  if (!Content.isOuter && givesElements(token)) Content.isOuter = true;
  return Content.isOuter && !Nodes.hasParts;
}

/** Whether a value gives elements: all do except arrays with nothing but empty arrays inside. */
function givesElements(value: i32): bool {
  if (kindOf(value) != ARRAY) return true;
  const end = afterValue(value);
  for (let token = value; token < end; token += TOKEN) {
    const kind = kindOf(token);
    if (kind != ARRAY && kind != CLOSE) return true;
  }
  return false;
}

/** Writes the start of an element with its attributes, and all of it if there are no elements inside. */
function putOpening(node: i32, at: i32): i32 {
  at = putStart(node, at) - afterName();
  if (Content.attributes != 0) at = putAttributes(Content.attributes, at);
  if (Content.isOuter) return putPiece(AFTER_OUTER, at);
  if (Content.text == 0 || kindOf(Content.text) == NULL) return putPiece(AFTER_EMPTY, at);
  return putEnd(node, putValue(Content.text, putPiece(AFTER_NAME, at), TEXT_ESCAPES));
}

function putAttributes(object: i32, at: i32): i32 {
  for (let token = object + TOKEN; kindOf(token) != CLOSE; token += TOKEN) {
    if (kindOf(token) == NULL) continue;
    noteName(token);
    const node = nodeAt(token);
    at = putEnd(node, putValue(token, putStart(node, at), ATTRIBUTE_ESCAPES));
  }
  return at;
}

/** Writes the element of a scalar. */
@inline function putElement(token: i32, at: i32): i32 {
  noteName(token);
  const node = nodeAt(token);
  at = putStart(node, at);
  if (kindOf(token) == NULL) return putPiece(AFTER_EMPTY, at - afterName());
  return putEnd(node, putValue(token, at, TEXT_ESCAPES));
}

@inline function putValue(token: i32, at: i32, escapes: i32): i32 {
  const start = startOf(token);
  if (kindOf(token) >= TEXT) return putEscaped(start + 1, at, escapes);
  const length = endOf(token) - start;
  copy(at, start, length);
  return at + length;
}
