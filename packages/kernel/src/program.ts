import { type Dialect, isSameDialect, writeDialect } from './dialect.js';
import type { Instance } from './module.js';
import type { Met, NodeTable, Place, Places } from './nodes.js';

/** How records are made of an item. */
export interface RecordRules {
  /** Each record equals its item: there are no other rules, and no place has an action. */
  readonly isWhole?: boolean;
  /** Names of fields that are unwound, in order; at most `mostUnwinds`. */
  readonly unwind?: readonly string[];
  readonly flattens?: boolean;
  /** Names of fields in the order of a record. Default: all fields in the order of the item. */
  readonly picks?: readonly string[] | undefined;
  /** Names of `unwind` and `picks` that stand for what unwinding the field gave, where a record has no such field. */
  readonly contributing?: readonly string[];
  /** A record without fields is dropped. */
  readonly skipsEmpty?: boolean;
}

export const mostUnwinds = 8;
const MAX_INT = 0x7fffffff;
const MOST_PICKS = 16_384;
const LEVEL_SIZE = 64;
const QUOTE = 0x22;
const LINE_FEED = 0x0a;

/** How numbers are written that JavaScript prints otherwise. */
export interface NumberRules {
  /** They are written as they are spelled. Default: as JavaScript prints them. */
  readonly exact?: boolean;
  /** Whether JavaScript prints another number. Default: never. */
  readonly isChanged?: (spelling: string) => boolean;
  /**
   * Called with the place in the text of each item that is processed and has changed numbers.
   * @returns whether it is called again; if not, such numbers are only counted
   */
  readonly onChanged?: (start: number, end: number) => boolean;
}

/** How records are written: as JSON, as elements with a tag per place, or as rows under columns. */
export type Writing =
  | {
      readonly kind: 'document';
      /** Blanks per level. 0: everything on one line. */
      readonly indent: number;
      /** Records equal their items, so canonical text is copied unchanged. */
      readonly verbatim: boolean;
    }
  | { readonly kind: 'elements' }
  | {
      readonly kind: 'table';
      /** Bytes of the longest text in a cell. An item with a longer one takes the object path. Default: any length. */
      readonly longestText?: number | undefined;
    };

export interface Program<P extends Place> {
  readonly places: Places<P>;
  readonly rules: RecordRules;
  readonly writing: Writing;
  readonly dialect: Dialect;
  readonly numbers?: NumberRules;
  /** Called with the places of fields that records had, before the table of nodes is reset. */
  readonly onMet?: (met: readonly Met<P>[]) => void;
  /** Called at the end with each name of `unwind` whose field a record had. */
  readonly onUnwound?: (name: string) => void;
  /** Called at the end with each name of `contributing` under which an object was unwound. */
  readonly onContributed?: (name: string) => void;
}

/** The slots of the only fields of an item that a record can have. `undefined`: it can have all. */
export function pickedOf({ unwind = [], flattens = false, picks }: RecordRules): ReadonlySet<string> | undefined {
  return unwind.length > 0 || flattens ? undefined : picks && new Set(picks);
}

/** @returns whether the program fits */
export function loadProgram<P extends Place>(
  { rules, writing, dialect, numbers = {} }: Program<P>,
  instance: Instance,
  nodes: NodeTable<P>,
  bytes: Buffer,
  words: Int32Array,
): boolean {
  const { exports } = instance;
  const { unwind = [], flattens = false, picks, skipsEmpty = false, contributing = [], isWhole = false } = rules;
  if (unwind.length > mostUnwinds || (picks?.length ?? 0) > MOST_PICKS) return false;
  for (const [level, name] of unwind.entries()) words[(exports.LEVELS.value + level * LEVEL_SIZE) / 4] = nodes.slotOf(name);
  for (const [index, name] of (picks ?? []).entries()) words[exports.PICKS.value / 4 + index] = nodes.slotOf(name);
  exports.setRecords(
    ...[unwind.length, flattens ? 1 : 0, picks?.length ?? -1, skipsEmpty ? 1 : 0],
    ...[contributing.length > 0 ? 1 : 0, isWhole && writing.kind !== 'elements' ? 1 : 0],
  );
  exports.setNumbers(numbers.exact ? 1 : 0, numbers.onChanged ? 1 : 0);
  const { escapes = new Map(), odd = [], oddSequence = [], guarded = [], beforeBlanks = [] } = dialect;
  const hasOdd = odd.some(isRaw) || oddSequence.length > 0 ? 1 : 0;
  if (writing.kind === 'document') {
    const isLine = isEmpty(dialect.betweenRecords) && isByte(dialect.afterRecord, LINE_FEED);
    exports.setDocument(writing.indent, writing.verbatim ? 1 : 0, isLine ? 1 : 0);
  } else if (writing.kind === 'elements') exports.setElements(hasOdd);
  else {
    const isPlain = [...escapes.keys()].every((code) => code === 0x22 || code === 0x5c);
    const isQuoted = isPlain && isByte(dialect.beforeText, QUOTE) && isByte(dialect.afterText, QUOTE);
    exports.setTable(
      isPlain ? 1 : 0,
      isQuoted ? 1 : 0,
      hasOdd,
      guarded.length,
      beforeBlanks.length,
      writing.longestText ?? MAX_INT,
    );
  }
  const at = { pieces: exports.PIECES.value, escapes: exports.ESCAPES.value, sets: exports.SETS.value };
  // JSON has the same texts in most exports, so they are often still there.
  if (instance.dialect !== undefined && isSameDialect(instance.dialect, dialect)) return true;
  const fits = writeDialect(bytes, at, dialect);
  instance.dialect = fits ? dialect : undefined;
  return fits;
}

function isEmpty(text: Uint8Array | undefined): boolean {
  return text === undefined || text.length === 0;
}

function isByte(text: Uint8Array | undefined, byte: number): boolean {
  return text?.length === 1 && text[0] === byte;
}

/** Whether the characters of a range can be part of UTF-8 text and of a JSON string without an escape. */
function isRaw([first, last]: readonly [number, number]): boolean {
  return last >= 32 && !(first >= 0xd800 && last <= 0xdfff);
}
