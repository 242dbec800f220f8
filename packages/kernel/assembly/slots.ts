/** A slot is a name of fields of records. These are offsets: the serial of the current record, and the place of the field in its list. */
export const SLOT_SERIAL: i32 = 0;
export const SLOT_PLACE: i32 = 4;
/** Bits: unwinding found a field of this name, and replaced it by an object. */
export const SLOT_UNWOUND: i32 = 8;
export const WAS_UNWOUND: i32 = 1;
export const HAS_CONTRIBUTED: i32 = 2;

/** Size of a level of unwinding in bytes. A level unwinds one field: its slot, the list before it, and its progress. */
export const LEVEL: i32 = 64;
export const LEVEL_SLOT: i32 = 0;
export const LEVEL_LIST: i32 = 4;
export const LEVEL_COUNT: i32 = 8;
export const LEVEL_PLACE: i32 = 12;
/** The next element. 0: there are no more. */
export const LEVEL_ELEMENT: i32 = 16;
export const LEVEL_KIND: i32 = 20;
/** The object merged last; 0: none. */
export const LEVEL_MERGED: i32 = 24;
/** Instead of an element: the level has nothing to unwind. */
export const AS_IT_IS: i32 = -1;
