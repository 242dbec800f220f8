import { addField, Fields, LIST_SIZE, MOST_FIELDS, noteFields, tokenAt } from './fields';
import { findField, finish, pickFields } from './finish';
import { hasOddInside } from './inside';
import { HAS_ODD_NAME, IS_TOO_WIDE, note } from './line';
import { LEVELS, LISTS, putWord, TAPE, wordAt } from './memory';
import { ACTION, FAILS, IN_RECORD, IS_ODD, LEAVE_OUT, LEAVES_OUT_INSIDE, MAY_BE_ODD_INSIDE, SLOT, WRITTEN } from './nodes';
import { Scan } from './scan';
import {
  SLOT_UNWOUND, WAS_UNWOUND, LEVEL,
  LEVEL_SLOT, LEVEL_LIST, LEVEL_COUNT, LEVEL_PLACE, LEVEL_ELEMENT, LEVEL_KIND, LEVEL_MERGED, AS_IT_IS,
} from './slots';
import { afterValue, ARRAY, CLOSE, kindOf, nodeAt, NULL, OBJECT, TOKEN } from './tape';

/** The results of `nextRecord`. */
export const A_RECORD: i32 = 0;
export const NO_MORE: i32 = 1;
export const RESTS: i32 = 2;
export const IS_ASIDE: i32 = 3;

/** Number of elements and records per turn. */
const TURN: i32 = 4096;

/** Begins with the records of the item on the tape. @returns whether there is more to do; not if the item is dropped or needs the steps */
export function beginRecords(): i32 {
  Fields.turn = TURN;
  Fields.level = -1;
  if (Fields.isWhole) return A_RECORD;
  const isFlat = Fields.unwinds == 0 && !Fields.flattens;
  const takesAll = isFlat && Fields.picks < 0;
  const picks = isFlat && Fields.picks >= 0;
  const serial = ++Scan.serial;
  let count = 0;
  let actions = 0;
  let written = IN_RECORD;
  for (let token = TAPE + TOKEN; kindOf(token) != CLOSE; token = afterValue(token)) {
    const node = nodeAt(token);
    const action = wordAt(node + ACTION);
    written &= wordAt(node + WRITTEN);
    if (action != 0) {
      if ((action & FAILS) != 0 && kindOf(token) != NULL) return NO_MORE;
      if ((action & MAY_BE_ODD_INSIDE) != 0 && hasOddInside(token)) actions |= IS_ODD;
      actions |= action;
      if (isFlat && (action & LEAVE_OUT) != 0) continue;
      // It may have no slot.
      if ((action & IS_ODD) != 0) continue;
    }
    if (picks) {
      findField(node, token, serial);
      continue;
    }
    if (count == MOST_FIELDS) {
      note(IS_TOO_WIDE);
      return IS_ASIDE;
    }
    putWord(LISTS + (count << 2), token);
    count++;
  }
  if ((actions & IS_ODD) != 0) {
    note(HAS_ODD_NAME);
    return IS_ASIDE;
  }
  if (isFlat && written == 0) noteFields();
  if (picks) {
    if (!pickFields(serial)) return IS_ASIDE;
  } else if (takesAll) {
    if ((actions & LEAVES_OUT_INSIDE) == 0) takeAll(count);
    else if (!finish(LISTS, count)) return IS_ASIDE;
  } else if (Fields.unwinds == 0) {
    if (!finish(LISTS, count)) return IS_ASIDE;
  } else {
    Fields.level = 0;
    enterLevel(LISTS, count);
    return nextRecord();
  }
  return Fields.count == 0 && Fields.skipsEmpty ? NO_MORE : A_RECORD;
}

/** The fields of the item that are not left out are the record. */
function takeAll(count: i32): void {
  Fields.list = LISTS;
  Fields.count = count;
  Fields.copies = Scan.tape;
}

/** Makes the next record of the item. */
export function nextRecord(): i32 {
  while (Fields.level >= 0) {
    if (--Fields.turn < 0) {
      Fields.turn = TURN;
      return RESTS;
    }
    const level = LEVELS + Fields.level * LEVEL;
    const list = wordAt(level + LEVEL_LIST);
    const count = wordAt(level + LEVEL_COUNT);
    if (Fields.level == Fields.unwinds) {
      Fields.level--;
      if (!finish(list, count)) return IS_ASIDE;
      if (Fields.count > 0 || !Fields.skipsEmpty) return A_RECORD;
      continue;
    }
    const element = wordAt(level + LEVEL_ELEMENT);
    if (element == 0) {
      Fields.level--;
      continue;
    }
    const kind = wordAt(level + LEVEL_KIND);
    if (kind == AS_IT_IS) {
      putWord(level + LEVEL_ELEMENT, 0);
      Fields.level++;
      enterLevel(list, count);
      continue;
    }
    if (kind == ARRAY && kindOf(element) == CLOSE) {
      Fields.level--;
      continue;
    }
    putWord(level + LEVEL_ELEMENT, kind == ARRAY ? afterValue(element) : 0);
    putWord(level + LEVEL_MERGED, kindOf(element) == OBJECT ? element : 0);
    const merged = merge(list, count, wordAt(level + LEVEL_PLACE), element);
    if (merged < 0) return IS_ASIDE;
    Fields.level++;
    enterLevel(LISTS + Fields.level * LIST_SIZE, merged);
  }
  return NO_MORE;
}

function enterLevel(list: i32, count: i32): void {
  const level = LEVELS + Fields.level * LEVEL;
  putWord(level + LEVEL_LIST, list);
  putWord(level + LEVEL_COUNT, count);
  if (Fields.level == Fields.unwinds) return;
  const slot = wordAt(level + LEVEL_SLOT);
  putWord(level + LEVEL_MERGED, 0);
  putWord(level + LEVEL_KIND, AS_IT_IS);
  putWord(level + LEVEL_ELEMENT, 1);
  for (let place = 0; place < count; place++) {
    const token = tokenAt(list, place);
    if (wordAt(nodeAt(token) + SLOT) != slot) continue;
    putWord(slot + SLOT_UNWOUND, wordAt(slot + SLOT_UNWOUND) | WAS_UNWOUND);
    const kind = kindOf(token);
    if (kind != ARRAY && kind != OBJECT) return;
    putWord(level + LEVEL_KIND, kind);
    putWord(level + LEVEL_PLACE, place);
    putWord(level + LEVEL_ELEMENT, kind == ARRAY ? token + TOKEN : token);
    return;
  }
}

/** Replaces the field at `place` by an element, or merges the element's fields. @returns the number of fields; -1: too many */
function merge(list: i32, count: i32, place: i32, element: i32): i32 {
  const target = LISTS + (Fields.level + 1) * LIST_SIZE;
  if (kindOf(element) != OBJECT) {
    memory.copy(target, list, count << 2);
    putWord(target + (place << 2), element);
    return count;
  }
  const serial = ++Scan.serial;
  let made = 0;
  for (let from = 0; from < count; from++) {
    if (from != place) made = addField(target, made, tokenAt(list, from), serial);
  }
  for (let token = element + TOKEN; kindOf(token) != CLOSE; token = afterValue(token)) {
    made = addField(target, made, token, serial);
    if (made < 0) return -1;
  }
  return made;
}
