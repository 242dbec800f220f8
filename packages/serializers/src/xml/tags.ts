import type { MendedTally } from '../mended.js';

/** Tags remembered at most, and the longest name among them; past it tags are made anew each time, so that keys that never repeat cannot fill the memory. */
const MAX_TAGS = 20_000;
const MAX_NAME = 500;

/** What a field's name gives in XML, as bytes. */
export interface Tag {
  readonly key: string;
  /** The mended name. */
  readonly name: string;
  readonly start: Buffer;
  readonly end: Buffer;
  readonly empty: Buffer;
  /** The field that followed last time: keys mostly come in the same order. */
  next: Tag | undefined;
}

export interface Tags {
  /** The tag of a field that comes after another of the same object. */
  after(previous: Tag | undefined, key: string): Tag;
  /** The tag of a name that is legal already. */
  legal(name: string): Tag;
}

/** @param lineEnd what follows an end tag */
export function tagIndex(mendName: (name: string) => string, lineEnd: string, mended: MendedTally): Tags {
  const known = new Map<string, Tag>();
  const legal = new Map<string, Tag>();

  const find = (key: string): Tag => {
    const found = known.get(key);
    if (found !== undefined) return found;
    const name = mendName(key);
    if (name !== key) mended.name('mendedNames', key);
    const made = tagOf(key, name, lineEnd);
    if (known.size < MAX_TAGS && key.length <= MAX_NAME) known.set(key, made);
    return made;
  };

  return {
    after: (previous, key) => {
      if (previous?.next?.key === key) return previous.next;
      const tag = find(key);
      if (previous !== undefined) previous.next = tag;
      return tag;
    },
    legal: (name) => {
      const tag = legal.get(name) ?? tagOf(name, name, lineEnd);
      legal.set(name, tag);
      return tag;
    },
  };
}

function tagOf(key: string, name: string, lineEnd: string): Tag {
  return {
    key,
    name,
    start: Buffer.from(`<${name}>`),
    end: Buffer.from(`</${name}>${lineEnd}`),
    empty: Buffer.from(`<${name}/>${lineEnd}`),
    next: undefined,
  };
}
