import { type Item, isItem, type Json } from '../item.js';
import { fieldReader, type ReadFields } from './by-name.js';

/** Looks for leaves inside one object by their dotted names. */
export interface LeafFinder {
  /** Puts what it finds at its place in `values`. @returns false where two leaves have one name */
  find(object: Item, values: (Json | undefined)[]): boolean;
}

interface Wanted {
  readonly segments: readonly string[];
  readonly place: number;
}

/** A key of an object may itself hold dots, so each name can be cut in more than one way: up to 16. */
export const MOST_SEGMENTS = 5;

interface Found {
  readonly place: number | undefined;
  readonly inner: Node | undefined;
}

interface Node {
  readonly read: ReadFields;
  readonly values: (Json | undefined)[];
  readonly found: readonly Found[];
}

/** @param wanted names of leaves, and the place of each */
export function leafFinder(wanted: readonly (readonly [name: string, place: number])[]): LeafFinder {
  const root = nodeOf(wanted.map(([name, place]) => ({ segments: name.split('.'), place })));
  return { find: (object, values) => findAt(root, object, values) };
}

function nodeOf(wanted: readonly Wanted[]): Node {
  const places = new Map<string, number>();
  const inside = new Map<string, Wanted[]>();
  for (const { segments, place } of wanted) {
    places.set(segments.join('.'), place);
    for (let cut = 1; cut < segments.length; cut++) {
      const key = segments.slice(0, cut).join('.');
      inside.set(key, [...(inside.get(key) ?? []), { segments: segments.slice(cut), place }]);
    }
  }
  const keys = [...new Set([...places.keys(), ...inside.keys()])];
  const found = keys.map((key) => {
    const rest = inside.get(key);
    return { place: places.get(key), inner: rest && nodeOf(rest) };
  });
  return { read: fieldReader(keys), values: [], found };
}

function findAt({ read, values: own, found }: Node, object: Item, values: (Json | undefined)[]): boolean {
  read(object, own);
  for (let at = 0; at < found.length; at++) {
    const value = own[at];
    if (value === undefined) continue;
    const { place, inner } = found[at] as Found;
    if (isItem(value) && !isEmpty(value)) {
      if (inner !== undefined && !findAt(inner, value, values)) return false;
    } else if (place !== undefined) {
      if (values[place] !== undefined) return false;
      values[place] = value;
    }
  }
  return true;
}

/** A loop over names that is left at once takes no list of them. */
export function isEmpty(object: Item): boolean {
  for (const _ in object) return false;
  return true;
}
