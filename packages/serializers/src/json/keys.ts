import { type Stamp, stampOf } from '../bytes.js';
import type { KeepsField } from '../format.js';

/** Keys remembered at most, and the longest name among them; past it keys are made anew each time, so that names that never repeat cannot fill the memory. */
const MAX_KEYS = 20_000;
const MAX_NAME = 500;

/** The name of a field at one level of nesting. */
export interface Key {
  readonly name: string;
  /** A comma, line break and indentation where there is any, the name and a colon. */
  readonly stamp: Stamp;
  /** Whether the field is written. */
  readonly kept: boolean;
  /** The field that followed last time: names mostly come in the same order. */
  next: Key | undefined;
  /** What comes before the first field of an object that this one holds. */
  before: Key | undefined;
  /** Where this one holds an array: what stands for the field of each element. */
  elements: Key | undefined;
}

/** What stands between the values of an object or array; the comma before the first becomes the bracket. */
export interface Level {
  readonly element: Stamp;
  readonly objectEnd: Stamp;
  readonly arrayEnd: Stamp;
  /** The key of a field that comes after another of the same object. */
  after(previous: Key, name: string): Key;
  /** One level deeper. */
  inner(): Level;
}

/**
 * @param indent blanks a level; 0: everything on one line
 * @param keeps whether a field of a record is written
 */
export function outermostLevel(indent: number, keeps: KeepsField | undefined): Level {
  const room = { keys: MAX_KEYS };
  const levelAt = (depth: number, isKept?: KeepsField): Level => {
    const lineBreak = indent === 0 ? '' : `\n${' '.repeat(indent * depth)}`;
    const endLineBreak = lineBreak.slice(0, lineBreak.length - indent);
    const known = new Map<string, Key>();
    const colon = indent === 0 ? ':' : ': ';
    const find = (name: string): Key => {
      const found = known.get(name);
      if (found !== undefined) return found;
      const made = keyOf(name, stampOf(`,${lineBreak}${JSON.stringify(name)}${colon}`), isKept?.(name) ?? true);
      if (room.keys > 0 && name.length <= MAX_NAME) {
        known.set(name, made);
        room.keys--;
      }
      return made;
    };
    let inner: Level | undefined;
    const level: Level = {
      element: stampOf(`,${lineBreak}`),
      objectEnd: stampOf(`${endLineBreak}}`),
      arrayEnd: stampOf(`${endLineBreak}]`),
      after: (previous, name) => {
        const { next } = previous;
        if (next?.name === name) return next;
        const key = find(name);
        previous.next = key;
        return key;
      },
      inner: () => {
        inner ??= indent === 0 && isKept === undefined ? level : levelAt(depth + 1);
        return inner;
      },
    };
    return level;
  };
  return levelAt(1, keeps);
}

/** What a field holds is written with keys of its own, as it stands at a level of its own. */
export function insideOf(key: Key): Key {
  key.before ??= nameless();
  return key.before;
}

export function elementsOf(key: Key): Key {
  key.elements ??= nameless();
  return key.elements;
}

/** What stands for the key of a record. */
export function nameless(): Key {
  return keyOf('', nothing, true);
}

const nothing = stampOf('');

function keyOf(name: string, stamp: Stamp, kept: boolean): Key {
  return { name, stamp, kept, next: undefined, before: undefined, elements: undefined };
}
