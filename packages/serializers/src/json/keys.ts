import { type KeyIndex, keyIndex, type PredictedKey } from '@dataset-items/query-pipeline';
import { type Stamp, stampOf } from '../bytes.js';

/** Largest number of remembered keys. */
const MAX_KEYS = 20_000;

/** The name of a field at one level of nesting. */
export interface Key extends PredictedKey<Key> {
  /** A comma, the line break and indentation if there are any, the name and a colon. */
  readonly stamp: Stamp;
  /** Fields of this name are not written. */
  readonly isDropped: boolean;
  /** The key before the first field of an object in this field. */
  inside: Key | undefined;
  /** The key of the elements of an array in this field. */
  elements: Key | undefined;
}

/** The bytes between the values of an object or array. Before the first value the comma is replaced by the opening bracket. */
export interface Level {
  readonly element: Stamp;
  readonly objectEnd: Stamp;
  readonly arrayEnd: Stamp;
  readonly keys: KeyIndex<Key>;
  /** One level deeper. */
  inner(): Level;
}

/**
 * @param indent blanks per level; 0: everything on one line
 * @param drops of names at this level: fields that are not written
 */
export function outermostLevel(indent: number, drops?: (name: string) => boolean): Level {
  const room = { left: MAX_KEYS };
  const colon = indent === 0 ? ':' : ': ';
  const levelAt = (depth: number, dropsHere?: typeof drops): Level => {
    const lineBreak = indent === 0 ? '' : `\n${' '.repeat(indent * depth)}`;
    const endLineBreak = lineBreak.slice(0, lineBreak.length - indent);
    let inner: Level | undefined;
    const level: Level = {
      element: stampOf(`,${lineBreak}`),
      objectEnd: stampOf(`${endLineBreak}}`),
      arrayEnd: stampOf(`${endLineBreak}]`),
      keys: keyIndex((name) => {
        const isDropped = dropsHere?.(name) ?? false;
        return keyOf(name, stampOf(`,${lineBreak}${JSON.stringify(name)}${colon}`), isDropped);
      }, room),
      inner: () => {
        // Without indentation all levels have the same keys, unless some are dropped here, which is for the outermost level only.
        inner ??= indent === 0 && dropsHere === undefined ? level : levelAt(depth + 1);
        return inner;
      },
    };
    return level;
  };
  return levelAt(1, drops);
}

/** The keys inside the value of a field. Each field has keys of its own. */
export function insideOf(key: Key): Key {
  key.inside ??= nameless();
  return key.inside;
}

export function elementsOf(key: Key): Key {
  key.elements ??= nameless();
  return key.elements;
}

/** The key before the first key of an object. It has no name. */
export function nameless(): Key {
  return keyOf('', nothing);
}

const nothing = stampOf('');

function keyOf(key: string, stamp: Stamp, isDropped = false): Key {
  return { key, stamp, isDropped, next: undefined, inside: undefined, elements: undefined };
}
