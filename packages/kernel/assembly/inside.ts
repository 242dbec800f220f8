import { IS_TOO_WIDE, note } from './line';
import { FRAMES, putWord, wordAt } from './memory';
import { ACTION, IN_RECORD, IS_ODD, LEAVE_OUT, noteWritten } from './nodes';
import { addToken, afterValue, ARRAY, CLOSE, endOf, kindOf, nodeAt, OBJECT, setNext, startOf, TOKEN } from './tape';

/** Bytes at the end of memory that stay free. */
const SLACK: i32 = 64;

/** Whether a value has a node that only the object path knows. */
export function hasOddInside(token: i32): bool {
  const end = afterValue(token);
  for (let inner = token + TOKEN; inner < end; inner += TOKEN) {
    if ((wordAt(nodeAt(inner) + ACTION) & IS_ODD) != 0) return true;
  }
  return false;
}

/** Where the copy ended. */
export class Copied {
  static end: i32 = 0;
}

/** A copy of an object, without what is left out inside of it. @param to where it is put @returns 0 where there is no room */
export function withoutInside(token: i32, to: i32): i32 {
  const end = afterValue(token);
  if (to + (end - token) > (memory.size() << 16) - SLACK) {
    note(IS_TOO_WIDE);
    return 0;
  }
  let open = FRAMES;
  let at = to;
  for (let inner = token; inner < end; ) {
    const node = nodeAt(inner);
    const kind = kindOf(inner);
    if (inner != token && kind != CLOSE && (wordAt(node + ACTION) & LEAVE_OUT) != 0) {
      noteWritten(node, IN_RECORD);
      inner = afterValue(inner);
      continue;
    }
    addToken(at, startOf(inner), endOf(inner), node | kind);
    if (kind == OBJECT || kind == ARRAY) {
      putWord(open, at);
      open += 4;
    } else if (kind == CLOSE) {
      open -= 4;
      setNext(wordAt(open), at);
    }
    at += TOKEN;
    inner += TOKEN;
  }
  Copied.end = at;
  return to;
}
