import { hasOddInside } from './inside';
import { HAS_ODD_NAME, IS_TOO_WIDE, note } from './line';
import { LISTS, putWord, TAPE, wordAt } from './memory';
import { ACTION, IN_RECORD, IS_ODD, MAY_BE_ODD_INSIDE, noteWritten, SLOT } from './nodes';
import { SLOT_PLACE, SLOT_SERIAL } from './slots';
import { afterValue, CLOSE, kindOf, nodeAt, TOKEN } from './tape';

/** A record that is being made is a list of tokens, one per field. There is one for each level of unwinding, and these. */
export const LIST_SIZE: i32 = 0x10000;
export const MOST_FIELDS: i32 = LIST_SIZE >> 2;
export const FLATTENED: i32 = LISTS + 9 * LIST_SIZE;
export const PICKED: i32 = LISTS + 10 * LIST_SIZE;

export class Fields {
  /** Each record has the fields of its item, in their order, so that the tape is the record. */
  static isWhole: bool = false;
  /** Each record has them except those that are left out. */
  static isRest: bool = false;
  static unwinds: i32 = 0;
  /** Number of slots in PICKS. -1: records keep all their fields. */
  static picks: i32 = -1;
  static flattens: bool = false;
  static skipsEmpty: bool = false;
  /** A pick that no field of the record has stands for the fields of the object that was unwound under its name. */
  static contributes: bool = false;
  /** Where the next copy of a value goes. */
  static copies: i32 = 0;
  /** Address of the tokens of the record, and their number. */
  static list: i32 = 0;
  static count: i32 = 0;
  static level: i32 = -1;
  static turn: i32 = 0;
}

/** Notes the fields of the item as fields of a record. */
export function noteFields(): void {
  for (let token = TAPE + TOKEN; kindOf(token) != CLOSE; token = afterValue(token)) noteWritten(nodeAt(token), IN_RECORD);
}

@inline export function tokenAt(list: i32, place: i32): i32 { return wordAt(list + (place << 2)); }

/** Adds a field. If the name exists, the later value is kept, in the place of the first. @returns the number of fields; -1: use the steps */
export function addField(list: i32, count: i32, token: i32, serial: i32): i32 {
  const node = nodeAt(token);
  const slot = wordAt(node + SLOT);
  const action = wordAt(node + ACTION);
  const isOdd = (action & IS_ODD) != 0 || ((action & MAY_BE_ODD_INSIDE) != 0 && hasOddInside(token));
  if (slot == 0 || count == MOST_FIELDS || isOdd) {
    note(count == MOST_FIELDS ? IS_TOO_WIDE : HAS_ODD_NAME);
    return -1;
  }
  if (wordAt(slot + SLOT_SERIAL) == serial) {
    putWord(list + (wordAt(slot + SLOT_PLACE) << 2), token);
    return count;
  }
  putWord(slot + SLOT_SERIAL, serial);
  putWord(slot + SLOT_PLACE, count);
  putWord(list + (count << 2), token);
  return count + 1;
}
