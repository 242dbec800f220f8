import { HAS_DUPLICATE, HAS_INTEGER_KEY, HAS_KEY_ESCAPE, HAS_SPACE, IS_MALFORMED, IS_TOO_DEEP, Line, note } from './line';
import { byteAt, FRAMES, FRAMES_END, putWord, sameBytes, TAPE, wordAt } from './memory';
import { elementAfter, FIRST_ELEMENT, FIRST_KEY, FOLLOWER, INTEGER, KEY, KEY_LENGTH, nodeOf, Nodes, SEEN_IN } from './nodes';
import { beginNumbers, numberEnd, Printed } from './numbers';
import { beginStrings, plainEnd, restOfString, Strings } from './strings';
import { addToken, ARRAY, BOOLEAN, CLOSE, ESCAPED, NULL, NUMBER, OBJECT, setEnd, setNext, TEXT, TOKEN } from './tape';

/** The results of a scan. The item is valid JSON, and all of it is on the tape. */
export const WHOLE: i32 = 0;
/** The host must parse the item. The flags of `Line` say why. */
export const STEPS_ASIDE: i32 = 1;
/** The turn is over, or the tape is full. The next call continues. */
export const PAUSED: i32 = 2;
/** The table of nodes is full. */
export const NO_NODES: i32 = 3;

/** Size of a frame in bytes. A frame keeps the state of a container while a container inside of it is open. */
const FRAME: i32 = 20;

/** The state between two calls of `scan`. */
export class Scan {
  /** Address of the next byte of the text. */
  static at: i32 = 0;
  /** Address of the next token. */
  static tape: i32 = 0;
  /** Address on the tape at which the scan pauses: the end of the turn or of the tape. */
  static stop: i32 = 0;
  /** Whether a line feed is white space. Otherwise it ends the item. */
  static lineFeedIsSpace: bool = false;
  /** Largest number of levels of arrays and objects in an item. */
  static maxDepth: i32 = 0;
  /** Serial number of the latest object. */
  static serial: i32 = 0;
  /** Node of the innermost open container. 0: none. */
  static node: i32 = 0;
  /** Node of the last key or element before in this container. 0: none. */
  static previous: i32 = 0;
  /** Serial number of this container. 0: it is an array, or there is none. */
  static object: i32 = 0;
  /** Address of the next frame. */
  static frame: i32 = 0;
}

/** Begins the item at an address. @returns false: it does not begin with `{`, so it is no item */
export function beginScan(at: i32): bool {
  Line.flags = 0;
  beginNumbers();
  beginStrings();
  Scan.tape = TAPE;
  Scan.frame = FRAMES;
  if (byteAt(at) != 0x7b) {
    note(IS_MALFORMED);
    return false;
  }
  Scan.at = at;
  Scan.node = 0;
  Scan.previous = 0;
  Scan.object = 0;
  return true;
}

/** The address after white space, which is a single blank as a rule. */
@inline export function skipSpace(at: i32): i32 {
  if (byteAt(at) != 32 || byteAt(at + 1) <= 32) return skipSpaces(at);
  note(HAS_SPACE);
  return at + 1;
}

function skipSpaces(at: i32): i32 {
  let byte = byteAt(at);
  const from = at;
  while (byte == 32 || byte == 9 || byte == 13 || (byte == 10 && Scan.lineFeedIsSpace)) byte = byteAt(++at);
  if (at != from) note(HAS_SPACE);
  return at;
}

/** Continues to scan the item: checks that it is valid JSON, and puts a token for each value on the tape. @returns one of the results above */
export function scan(): i32 {
  let at = Scan.at;
  let tape = Scan.tape;
  // The innermost open container, as in `Scan`.
  let container = Scan.node;
  let previous = Scan.previous;
  let object = Scan.object;
  let frame = Scan.frame;
  for (;;) {
    let node: i32;
    if (tape >= Scan.stop) {
      Scan.at = at;
      Scan.tape = tape;
      Scan.node = container;
      Scan.previous = previous;
      Scan.object = object;
      Scan.frame = frame;
      return PAUSED;
    }
    let byte = 0;
    if (object != 0) {
      // Usually the key is the one that followed the previous key last time.
      node = wordAt(previous != 0 ? previous + FOLLOWER : container + FIRST_KEY);
      const length = node != 0 ? wordAt(node + KEY_LENGTH) : 0;
      if (node != 0 && sameBytes(at, wordAt(node + KEY), length)) at += length;
      else {
        node = otherKey(at, container, previous);
        if (node < 0) return STEPS_ASIDE;
        if (node == 0) return NO_NODES;
        at = Scan.at;
      }
      if (wordAt(node + SEEN_IN) == object) {
        note(HAS_DUPLICATE);
        return STEPS_ASIDE;
      }
      putWord(node + SEEN_IN, object);
      // JavaScript puts keys that are indexes first, in ascending order.
      const integer = wordAt(node + INTEGER);
      if (integer != -1 && (integer < 0 || (previous != 0 && u32(wordAt(previous + INTEGER)) >= u32(integer)))) note(HAS_INTEGER_KEY);
      byte = byteAt(at);
      if (byte <= 32) {
        at = skipSpace(at);
        byte = byteAt(at);
      }
      if (byte != 0x3a) return malformed();
      byte = byteAt(++at);
      if (byte <= 32) {
        at = skipSpace(at);
        byte = byteAt(at);
      }
    } else if (container != 0) {
      node = wordAt(previous != 0 ? previous + FOLLOWER : container + FIRST_ELEMENT);
      if (node == 0) {
        node = elementAfter(container, previous);
        if (node == 0) return NO_NODES;
      }
      byte = byteAt(at);
    } else {
      node = Nodes.root;
      byte = byteAt(at);
    }
    if (byte == 0x22) {
      let end = plainEnd(at + 1);
      if (byteAt(end) == 0x22) {
        end++;
        addToken(tape, at, end, node | TEXT);
      } else {
        const spelled = Strings.next;
        end = restOfString(at, end);
        if (end < 0) return malformed();
        if (Strings.next == spelled) addToken(tape, at, end, node | ESCAPED);
        else addToken(tape, spelled, Strings.next, node | ESCAPED);
      }
      tape += TOKEN;
      at = end;
    } else if (byte == 0x7b || byte == 0x5b) {
      if (frame - FRAMES >= Scan.maxDepth * FRAME || frame + FRAME > FRAMES_END) {
        note(IS_TOO_DEEP);
        return STEPS_ASIDE;
      }
      addToken(tape, at, 0, node | (byte == 0x7b ? OBJECT : ARRAY));
      putWord(frame, container);
      putWord(frame + 4, previous);
      putWord(frame + 8, object);
      putWord(frame + 12, tape);
      putWord(frame + 16, node);
      frame += FRAME;
      tape += TOKEN;
      container = node;
      previous = 0;
      object = 0;
      if (byte == 0x7b) object = ++Scan.serial;
      // `}` and `]` are 2 after `{` and `[`.
      const close = byte + 2;
      byte = byteAt(++at);
      if (byte <= 32) {
        at = skipSpace(at);
        byte = byteAt(at);
      }
      if (byte != close) continue;
      node = 0;
    } else {
      let end: i32;
      let kind = NUMBER;
      // `true`, `false` and `null`: their last four bytes are compared as one number.
      if (byte == 0x74 || byte == 0x66) {
        end = wordAt(at + (byte == 0x66 ? 1 : 0)) == (byte == 0x66 ? 0x65736c61 : 0x65757274) ? at + (byte == 0x66 ? 5 : 4) : -1;
        kind = BOOLEAN;
      } else if (byte == 0x6e) {
        end = wordAt(at) == 0x6c6c756e ? at + 4 : -1;
        kind = NULL;
      } else end = numberEnd(at);
      if (end < 0) {
        if (end == -1) return malformed();
        end = -end;
        addToken(tape, Printed.start, Printed.end, node | kind);
      } else addToken(tape, at, end, node | kind);
      tape += TOKEN;
      at = end;
    }
    // After a value comes a comma, or the end of its container, which is a value too.
    for (;;) {
      byte = byteAt(at);
      if (byte <= 32) {
        at = skipSpace(at);
        byte = byteAt(at);
      }
      if (byte == 0x2c) {
        if (node == 0) return malformed();
        byte = byteAt(++at);
        if (byte <= 32) at = skipSpace(at);
        previous = node;
        break;
      }
      if (byte != (object != 0 ? 0x7d : 0x5d)) return malformed();
      addToken(tape, at, byte, container | CLOSE);
      frame -= FRAME;
      const opening = wordAt(frame + 12);
      setEnd(opening, ++at);
      setNext(opening, tape);
      tape += TOKEN;
      node = wordAt(frame + 16);
      container = wordAt(frame);
      previous = wordAt(frame + 4);
      object = wordAt(frame + 8);
      if (frame == FRAMES) {
        Scan.at = at;
        Scan.tape = tape;
        return WHOLE;
      }
    }
  }
  return WHOLE;
}

/**
 * Reads a key that is not the one that followed the previous key last time. It follows now. `Scan.at` becomes the address after it.
 * @returns its node; 0: there is no room for one; -1: the host must parse the item
 */
function otherKey(at: i32, container: i32, previous: i32): i32 {
  const end = byteAt(at) == 0x22 ? plainEnd(at + 1) : at;
  if (end == at || byteAt(end) != 0x22) {
    note(byteAt(end) == 0x5c && end != at ? HAS_KEY_ESCAPE : IS_MALFORMED);
    return -1;
  }
  const node = nodeOf(container, at, end + 1 - at);
  if (node != 0) putWord(previous != 0 ? previous + FOLLOWER : container + FIRST_KEY, node);
  Scan.at = end + 1;
  return node;
}

function malformed(): i32 {
  note(IS_MALFORMED);
  return STEPS_ASIDE;
}

export function setDepth(most: i32): void { Scan.maxDepth = most; }
export function setTurn(tapeEnd: i32): void { Scan.stop = tapeEnd; }
export function getTape(): i32 { return Scan.tape; }
/** Restarts the serials. The caller must also reset nodes, slots and cells, which refer to them. */
export function resetSerials(): void { Scan.serial = 0; }
