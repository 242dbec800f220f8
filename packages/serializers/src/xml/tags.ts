import { type KeyIndex, keyIndex } from '@dataset-items/query-pipeline';
import { type Stamp, stampOf } from '../bytes.js';
import type { ReplacementTally } from '../replacements.js';

/** Largest number of remembered names and tags. */
const MAX_NAMES = 20_000;

/** Turns a field's name into the name of an element or attribute. A changed name is reported. */
export type NameOf = (key: string) => string;

/** The tags of a field's name at one level of nesting, as bytes. They include the indentation and line ends, if there are any. */
export interface Tag {
  /** The written name. */
  readonly name: string;
  readonly start: Stamp;
  readonly end: Stamp;
  readonly empty: Stamp;
  /** The tags around child elements. Made when they are first needed. */
  outer: OuterTag | undefined;
}

export interface OuterTag {
  readonly start: Stamp;
  readonly end: Stamp;
  /** The start tag without its `>`. */
  readonly open: Stamp;
}

/** One level of nesting. */
export interface Level {
  readonly depth: number;
  /** Tags by the names of fields. */
  readonly tags: KeyIndex<Tag>;
  /** The tag of a legal name. */
  legal(name: string): Tag;
  outerOf(tag: Tag): OuterTag;
  /** The next deeper level. */
  inner(): Level;
}

export function nameIndex(toXmlName: (name: string) => string, replaced: ReplacementTally): NameOf {
  const make = (key: string): { readonly name: string } => {
    const name = toXmlName(key);
    if (name !== key) replaced.name('changedNames', key);
    return { name };
  };
  const index = keyIndex(make, { left: MAX_NAMES });
  return (key) => index.find(key).name;
}

/** The tags of an element as text, with their indentation and line ends. `outer` is around child elements. */
export interface TagTexts {
  readonly open: string;
  readonly start: string;
  readonly end: string;
  readonly empty: string;
  readonly outerStart: string;
  readonly outerEnd: string;
}

/** What follows the name in a start tag: before text, before child elements, and in an empty element. */
export function afterName(lines: boolean): { readonly text: string; readonly outer: string; readonly empty: string } {
  return lines ? { text: '>', outer: '>\n', empty: '/>\n' } : { text: '>', outer: '>', empty: '/>' };
}

/** @param depth number of elements around it @param lines as in `LevelForm` */
export function tagTexts(name: string, depth: number, lines: boolean): TagTexts {
  const indent = lines ? '  '.repeat(depth) : '';
  const { text, outer, empty } = afterName(lines);
  const open = `${indent}<${name}`;
  const end = `</${name}${outer}`;
  return { open, start: open + text, end, empty: open + empty, outerStart: open + outer, outerEnd: indent + end };
}

export interface LevelForm {
  readonly nameOf: NameOf;
  /** Whether each element is on a line of its own, indented by two blanks per level. */
  readonly lines: boolean;
}

/** The level of elements inside `depth` other elements. */
export function levelAt(depth: number, form: LevelForm, room = { left: MAX_NAMES }): Level {
  const { nameOf, lines } = form;
  const tagOf = (name: string): Tag => {
    const { start, end, empty } = tagTexts(name, depth, lines);
    return {
      name,
      start: stampOf(start),
      end: stampOf(end),
      empty: stampOf(empty),
      outer: undefined,
    };
  };
  let inner: Level | undefined;
  const level: Level = {
    depth,
    tags: keyIndex((key) => tagOf(nameOf(key)), room),
    legal: tagOf,
    outerOf: (tag) => {
      if (tag.outer === undefined) {
        const { outerStart, outerEnd, open } = tagTexts(tag.name, depth, lines);
        tag.outer = { start: stampOf(outerStart), end: stampOf(outerEnd), open: stampOf(open) };
      }
      return tag.outer;
    },
    inner: () => {
      inner ??= lines ? levelAt(depth + 1, form, room) : level;
      return inner;
    },
  };
  return level;
}
