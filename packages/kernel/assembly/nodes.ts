import { byteAt, copy, HEADS, HEADS_END, KEYS, KEYS_END, NODES, NODES_END, putByte, putWord, sameBytes, wordAt } from './memory';

/** Asks the host for the actions at a node, once per node. */
@external('host', 'decide')
declare function decide(node: i32): void;

/** A node is a path of the items. These are the offsets of its fields in bytes, which the README explains. */
export const KEY: i32 = 0;
export const KEY_LENGTH: i32 = 4;
export const FOLLOWER: i32 = 8;
export const SEEN_IN: i32 = 12;
export const FIRST_KEY: i32 = 16;
export const PARENT: i32 = 20;
const CHAIN: i32 = 24;
/** The index of a key that JavaScript treats as an index. -1: any other key. */
export const INTEGER: i32 = 28;
export const FIRST_ELEMENT: i32 = 32;
export const COLUMN: i32 = 36;
export const ACTION: i32 = 40;
/** The position of an element. -1: the node is a key. */
export const INDEX: i32 = 44;
export const SLOT: i32 = 48;
export const NAME: i32 = 52;
export const NAME_LENGTH: i32 = 56;
export const WRITTEN: i32 = 60;
const NODE_SIZE: i32 = 64;

/** Actions, as bits. */
export const LEAVE_OUT: i32 = 1;
/** A value other than null drops the whole item. */
export const FAILS: i32 = 2;
export const FLATTEN: i32 = 4;
/** All elements share one node. */
export const SHARE_ELEMENTS: i32 = 8;
/** Records with this field take the object path. */
export const IS_ODD: i32 = 16;
/** Something inside of a value may be odd. */
export const MAY_BE_ODD_INSIDE: i32 = 32;
/** Something inside of an object is left out. */
export const LEAVES_OUT_INSIDE: i32 = 64;
/** An object has the attributes of the element around it. */
export const IS_ATTRIBUTES: i32 = 128;
/** A scalar is the text of the element around it, unless this has elements inside. */
export const IS_TEXT: i32 = 256;
/** The host is told when a record has the name. */
export const IS_REPORTED: i32 = 512;

/** The written name is another than the key. */
export const RENAMES: i32 = 1024;

/** Bits of WRITTEN: a record had the field at the end, when it was to be flattened, and in the place of what was unwound. */
export const IN_RECORD: i32 = 1;
export const IN_FLATTENING: i32 = 2;
export const CONTRIBUTED: i32 = 4;

@inline export function noteWritten(node: i32, where: i32): void { putWord(node + WRITTEN, wordAt(node + WRITTEN) | where); }

/** Longer keys take the object path. */
const LONGEST_KEY: i32 = 0x10000;
const MOST_INDEX_DIGITS: i32 = 9;

export class Nodes {
  static next: i32 = 0;
  static keys: i32 = 0;
  static root: i32 = 0;
  /** Whether each element has its own node, unless SHARE_ELEMENTS is set at the array. */
  static perElement: bool = false;
  /** Whether some node is odd, or has attributes or the text of an element. */
  static hasParts: bool = false;
}

/** Removes all nodes. The host will be asked again. */
export function resetNodes(): void {
  memory.fill(HEADS, 0, HEADS_END - HEADS);
  Nodes.next = NODES + NODE_SIZE; // The first place of the table stays empty, because 0 means no node.
  Nodes.keys = KEYS;
  Nodes.hasParts = false;
  Nodes.root = addNode(0, KEYS, 0);
}

/** @returns the new node; 0: there is no room */
function addNode(parent: i32, key: i32, length: i32): i32 {
  const node = Nodes.next;
  const text = Nodes.keys;
  if (node + NODE_SIZE > NODES_END || length > LONGEST_KEY || text + length + 64 > KEYS_END) return 0;
  Nodes.next = node + NODE_SIZE;
  memory.fill(node, 0, NODE_SIZE);
  copy(text, key, length);
  putByte(text + length, 0x3a);
  putByte(text + length + 1, 0x20);
  // Comparisons read 16 bytes at a time.
  Nodes.keys = text + length + 18;
  putWord(node + KEY, text);
  putWord(node + KEY_LENGTH, length);
  putWord(node + PARENT, parent);
  putWord(node + INTEGER, -1);
  putWord(node + INDEX, -1);
  putWord(node + NAME, text);
  putWord(node + NAME_LENGTH, length + 1);
  return node;
}

/** Reserves room for the written name of a node's field: quoted, with a colon and a blank after it. @returns 0: there is no room */
export function addName(length: i32): i32 {
  const text = Nodes.keys;
  if (text + length + 64 > KEYS_END) return 0;
  Nodes.keys = text + length + 16;
  return text;
}

/** The node of a key, whose text is given with its quotes. @returns 0: there is no room for a new node */
export function nodeOf(parent: i32, key: i32, length: i32): i32 {
  let hash = parent;
  for (let at = key; at < key + length; at++) hash = (hash ^ byteAt(at)) * 0x01000193;
  const head = HEADS + (((hash ^ (hash >>> 15)) & 0x3fff) << 2);
  let node = wordAt(head);
  while (node != 0) {
    if (wordAt(node + PARENT) == parent && wordAt(node + KEY_LENGTH) == length && sameBytes(key, wordAt(node + KEY), length)) return node;
    node = wordAt(node + CHAIN);
  }
  node = addNode(parent, key, length);
  if (node == 0) return 0;
  putWord(node + INTEGER, integerOf(key + 1, key + length - 1));
  putWord(node + CHAIN, wordAt(head));
  putWord(head, node);
  decideNode(node);
  return node;
}

/** The index of a key. -2: it has ten digits and may exceed the largest index, so its order is not known. */
function integerOf(from: i32, end: i32): i32 {
  const digits = end - from;
  if (digits == 0 || digits > MOST_INDEX_DIGITS + 1 || (digits > 1 && byteAt(from) == 0x30)) return -1;
  let value: i32 = 0;
  for (let at = from; at < end; at++) {
    const digit = byteAt(at) - 0x30;
    if (u32(digit) > 9) return -1;
    value = value * 10 + digit;
  }
  return digits > MOST_INDEX_DIGITS ? -2 : value;
}

/** The node of the element after `previous`, or of the first element. @returns 0: there is no room */
export function elementAfter(array: i32, previous: i32): i32 {
  const node = addNode(array, KEYS, 0);
  if (node == 0) return 0;
  if (previous == 0) {
    putWord(array + FIRST_ELEMENT, node);
    putWord(node + INDEX, 0);
  } else {
    putWord(previous + FOLLOWER, node);
    putWord(node + INDEX, wordAt(previous + INDEX) + 1);
  }
  if (!Nodes.perElement || (wordAt(array + ACTION) & SHARE_ELEMENTS) != 0) putWord(node + FOLLOWER, node);
  decideNode(node);
  return node;
}

function decideNode(node: i32): void {
  decide(node);
  if ((wordAt(node + ACTION) & (IS_ODD | IS_ATTRIBUTES | IS_TEXT)) != 0) Nodes.hasParts = true;
}

export function getRoot(): i32 { return Nodes.root; }
export function getNodesEnd(): i32 { return Nodes.next; }
