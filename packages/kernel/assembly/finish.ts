import { addField, Fields, FLATTENED, PICKED, tokenAt } from './fields';
import { Copied, withoutInside } from './inside';
import { LEVELS, PICKS, putWord, wordAt } from './memory';
import { ACTION, CONTRIBUTED, FLATTEN, IN_FLATTENING, IN_RECORD, LEAVE_OUT, LEAVES_OUT_INSIDE, noteWritten, SLOT } from './nodes';
import { Scan } from './scan';
import { SLOT_SERIAL, SLOT_PLACE, SLOT_UNWOUND, HAS_CONTRIBUTED, LEVEL, LEVEL_SLOT, LEVEL_MERGED } from './slots';
import { afterValue, CLOSE, kindOf, nodeAt, OBJECT, TOKEN } from './tape';

/** Flattens, selects and drops fields. @returns false: the record needs the steps */
export function finish(list: i32, count: i32): bool {
  if (Fields.flattens) {
    count = flatten(list, count);
    if (count < 0) return false;
    list = FLATTENED;
  }
  if (Fields.picks >= 0) {
    const serial = ++Scan.serial;
    for (let place = 0; place < count; place++) {
      const token = tokenAt(list, place);
      const node = nodeAt(token);
      noteWritten(node, IN_RECORD);
      findField(node, token, serial);
    }
    return pickFields(serial);
  }
  let kept = 0;
  Fields.copies = Scan.tape;
  for (let place = 0; place < count; place++) {
    const token = tokenAt(list, place);
    noteWritten(nodeAt(token), IN_RECORD);
    kept = keepField(token, kept);
    if (kept < 0) return false;
  }
  Fields.list = PICKED;
  Fields.count = kept;
  return true;
}

/** Puts a field of the record where `pickFields` finds it. */
@inline export function findField(node: i32, token: i32, serial: i32): void {
  const slot = wordAt(node + SLOT);
  putWord(slot + SLOT_SERIAL, serial);
  putWord(slot + SLOT_PLACE, token);
}

/** Selects fields that were found with this serial. @returns false: the record needs the steps */
export function pickFields(serial: i32): bool {
  let kept = 0;
  Fields.copies = Scan.tape;
  for (let pick = 0; pick < Fields.picks; pick++) {
    const slot = wordAt(PICKS + (pick << 2));
    const merged = wordAt(slot + SLOT_SERIAL) == serial ? -1 : mergedOf(slot);
    if (merged == -1) kept = pickField(slot, kept);
    else if (merged != 0) {
      putWord(slot + SLOT_UNWOUND, wordAt(slot + SLOT_UNWOUND) | HAS_CONTRIBUTED);
      for (let token = merged + TOKEN; kept >= 0 && kindOf(token) != CLOSE; token = afterValue(token)) {
        const given = wordAt(nodeAt(token) + SLOT);
        if (wordAt(given + SLOT_SERIAL) != serial) continue;
        noteWritten(nodeAt(token), CONTRIBUTED);
        kept = pickField(given, kept);
      }
    }
    if (kept < 0) return false;
  }
  Fields.list = PICKED;
  Fields.count = kept;
  return true;
}

/** The object that was unwound under a name; 0: there is none. */
function mergedOf(slot: i32): i32 {
  if (!Fields.contributes) return 0;
  for (let index = 0; index < Fields.unwinds; index++) {
    const level = LEVELS + index * LEVEL;
    if (wordAt(level + LEVEL_SLOT) == slot) return wordAt(level + LEVEL_MERGED);
  }
  return 0;
}

/** @returns how many fields the record has then; -1: it steps aside */
function pickField(slot: i32, kept: i32): i32 {
  const token = wordAt(slot + SLOT_PLACE);
  // A field that is selected twice is written once, in its first place.
  putWord(slot + SLOT_SERIAL, 0);
  return keepField(token, kept);
}

function keepField(token: i32, kept: i32): i32 {
  const action = wordAt(nodeAt(token) + ACTION);
  if ((action & LEAVE_OUT) != 0) return kept;
  let written = token;
  if ((action & LEAVES_OUT_INSIDE) != 0 && kindOf(token) == OBJECT) {
    written = withoutInside(token, Fields.copies);
    if (written == 0) return -1;
    Fields.copies = Copied.end;
  }
  putWord(PICKED + (kept << 2), written);
  return kept + 1;
}

/** Replaces the objects to be flattened by their leaves. @returns the number of fields; -1: the record needs the steps */
function flatten(list: i32, count: i32): i32 {
  const serial = ++Scan.serial;
  let made = 0;
  for (let place = 0; place < count; place++) {
    const token = tokenAt(list, place);
    const node = nodeAt(token);
    const isFlattened = (wordAt(node + ACTION) & FLATTEN) != 0;
    if (isFlattened) noteWritten(node, IN_FLATTENING);
    if (!isFlattened || kindOf(token) != OBJECT || kindOf(token + TOKEN) == CLOSE) {
      made = addField(FLATTENED, made, token, serial);
      if (made < 0) return -1;
      continue;
    }
    const end = afterValue(token);
    for (let inner = token + TOKEN; inner < end; ) {
      const kind = kindOf(inner);
      if (kind == CLOSE || (kind == OBJECT && kindOf(inner + TOKEN) != CLOSE)) {
        inner += TOKEN;
        continue;
      }
      made = addField(FLATTENED, made, inner, serial);
      if (made < 0) return -1;
      inner = afterValue(inner);
    }
  }
  return made;
}
