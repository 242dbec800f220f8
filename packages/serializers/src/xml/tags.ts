import { type Stamp, stampOf } from '../bytes.js';
import type { KeepsField } from '../format.js';
import type { MendedTally } from '../mended.js';

/** Names and tags remembered at most, and the longest name among them; past it they are made anew each time, so that keys that never repeat cannot fill the memory. */
const MAX_NAMES = 20_000;
const MAX_NAME = 500;

/** A field's name as the name of an element or attribute. What is mended is told of. */
export type NameOf = (key: string) => string;

/** What a field's name gives at one level of nesting, as bytes; with the indentation, where there is any, and the line end. */
export interface Tag {
  readonly key: string;
  /** The mended name. */
  readonly name: string;
  readonly start: Stamp;
  readonly end: Stamp;
  readonly empty: Stamp;
  /** Whether the field is written. */
  readonly kept: boolean;
  /** Around elements. Made when they are needed. */
  outer: OuterTag | undefined;
  /** The field that followed last time: keys mostly come in the same order. */
  next: Tag | undefined;
  /** What comes before the first field of an object that this one holds. */
  before: Tag | undefined;
}

export interface OuterTag {
  readonly start: Stamp;
  readonly end: Stamp;
  /** The start tag without its `>`. */
  readonly open: Stamp;
}

/** Elements that stand in the same element. */
export interface Level {
  readonly depth: number;
  /** The tag of a field that comes after another of the same object. */
  after(previous: Tag, key: string): Tag;
  /** The tag of a name that is legal already. */
  legal(name: string): Tag;
  outerOf(tag: Tag): OuterTag;
  /** One level deeper. */
  inner(): Level;
}

export function nameIndex(mendName: (name: string) => string, mended: MendedTally): NameOf {
  const known = new Map<string, string>();
  return (key) => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const name = mendName(key);
    if (name !== key) mended.name('mendedNames', key);
    if (known.size < MAX_NAMES && key.length <= MAX_NAME) known.set(key, name);
    return name;
  };
}

export interface LevelForm {
  readonly nameOf: NameOf;
  /** Whether each element stands on a line of its own, two blanks a level. */
  readonly lines: boolean;
}

/** The level of records, whose fields are one level deeper. @param keeps whether a field of a record is written */
export function recordLevel(depth: number, form: LevelForm, keeps: KeepsField | undefined): Level {
  const room = { tags: MAX_NAMES };
  return levelAt(depth, form, room, undefined, levelAt(depth + 1, form, room, keeps));
}

function levelAt(depth: number, form: LevelForm, room: { tags: number }, keeps?: KeepsField, below?: Level): Level {
  const { nameOf, lines } = form;
  const indent = lines ? '  '.repeat(depth) : '';
  const lineEnd = lines ? '\n' : '';
  const known = new Map<string, Tag>();
  const tagOf = (key: string, name: string, kept = true): Tag => ({
    key,
    name,
    start: stampOf(`${indent}<${name}>`),
    end: stampOf(`</${name}>${lineEnd}`),
    empty: stampOf(`${indent}<${name}/>${lineEnd}`),
    kept,
    outer: undefined,
    next: undefined,
    before: undefined,
  });
  const find = (key: string): Tag => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const made = keeps === undefined || keeps(key) ? tagOf(key, nameOf(key)) : tagOf(key, '', false);
    if (room.tags > 0 && key.length <= MAX_NAME) {
      known.set(key, made);
      room.tags--;
    }
    return made;
  };
  let inner = below;
  const level: Level = {
    depth,
    after: (previous, key) => {
      const { next } = previous;
      if (next?.key === key) return next;
      const tag = find(key);
      previous.next = tag;
      return tag;
    },
    legal: (name) => tagOf(name, name),
    outerOf: (tag) => {
      const { name } = tag;
      tag.outer ??= {
        start: stampOf(`${indent}<${name}>${lineEnd}`),
        end: stampOf(`${indent}</${name}>${lineEnd}`),
        open: stampOf(`${indent}<${name}`),
      };
      return tag.outer;
    },
    inner: () => {
      inner ??= lines || keeps !== undefined ? levelAt(depth + 1, form, room) : level;
      return inner;
    },
  };
  return level;
}

/** What comes before the first field of what this one holds. */
export function insideOf(tag: Tag): Tag {
  tag.before ??= {
    key: '',
    name: '',
    start: nothing,
    end: nothing,
    empty: nothing,
    kept: true,
    outer: undefined,
    next: undefined,
    before: undefined,
  };
  return tag.before;
}

const nothing = stampOf('');
