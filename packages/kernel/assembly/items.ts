import { HAS_ODD_TEXT, IS_MALFORMED, Line, note, TAKES_OBJECT_PATH } from './line';
import { lineEnd, lineStart, skipBlank } from './lines';
import { byteAt } from './memory';
import { Scan, skipSpace } from './scan';
import { hasOdd, hasSequence } from './sets';

/** The input that is not read yet, and the item that is being read. */
export class Items {
  /** The rest of the input. When reading backwards, lines are taken from its end. */
  static at: i32 = 0;
  static end: i32 = 0;
  static isBackwards: bool = false;
  /** When reading backwards: the end of the lines before the item. */
  static linesEnd: i32 = 0;
  /** Where the item begins, and the latest possible end of it. */
  static from: i32 = 0;
  static to: i32 = 0;
  /** Whether there are characters that the dialect cannot write. */
  static looksForOdd: bool = false;
}

export function getItemStart(): i32 { return Items.from; }
export function getItemEnd(): i32 { return Items.to; }

/** Sets the input: lines, or one item that may contain line feeds. */
export function setItems(from: i32, to: i32, backwards: bool, lineFeedIsSpace: bool): void {
  Items.at = from;
  Items.end = to;
  Items.isBackwards = backwards;
  Scan.lineFeedIsSpace = lineFeedIsSpace;
}

/** Finds the next item: the rest of its line, and the end of the line. Blank lines are skipped. */
export function findItem(): bool {
  if (!Items.isBackwards) {
    Items.from = skipBlank(Items.at, Items.end);
    Items.to = Items.end;
    return Items.from < Items.end;
  }
  for (; Items.end > Items.at; Items.end = Items.linesEnd) {
    const start = lineStart(Items.at, Items.end);
    Items.from = skipBlank(start, Items.end);
    Items.to = Items.end;
    Items.linesEnd = start - 1;
    if (Items.from < Items.to) return true;
  }
  return false;
}

/** Whether the item ends here correctly and has nothing that needs the steps. */
export function endItem(): bool {
  let past = Scan.at;
  if (past != Items.to && byteAt(past) <= 32) past = skipSpace(past);
  if (past != Items.to && (Scan.lineFeedIsSpace || byteAt(past) != 10)) {
    note(IS_MALFORMED);
    return false;
  }
  Scan.at = past;
  Items.to = past;
  if (Items.looksForOdd && (hasOdd(Items.from, past) || hasSequence(Items.from, past))) note(HAS_ODD_TEXT);
  return (Line.flags & TAKES_OBJECT_PATH) == 0;
}

/** Sets the end of an item that the scan has not passed: the end of its line. */
export function endWithLine(): void {
  if (!Items.isBackwards && !Scan.lineFeedIsSpace) Items.to = lineEnd(Items.from, Items.end);
}

/** The input that is left begins after the item, or ends before it. */
export function passItem(): void {
  if (Items.isBackwards) Items.end = Items.linesEnd;
  else Items.at = Items.to;
}
