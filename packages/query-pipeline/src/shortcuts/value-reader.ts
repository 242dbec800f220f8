import { hasFields, type Item, isItem, type Json, objectsInherit } from '../item.js';
import { type KeyIndex, keyAfter, keyIndex, type PredictedKey } from '../key-index.js';
import { headOf, leafName } from '../rules/names.js';
import type { Watch } from '../rules/never-found.js';

/** Reads the values of listed names from one item at a time: first `start` with the item, then `read` for each of its records. */
export interface ValueReader {
  /**
   * Reads an item without its elements.
   * @param without whether the unwound field is removed
   * @returns false: two fields give the same name, so the steps must make the records
   */
  start(item: Item, without: boolean): boolean;
  /**
   * The values of one record of the item.
   * @param element is merged into the item, or replaces its unwound field; `undefined`: the item itself is the record
   * @returns `undefined`: two fields give the same name, so the steps must make the record
   */
  read(element: Json | undefined): (Json | undefined)[] | undefined;
}

/** A field at the top level or inside a flattened object, and what the query does with it. */
interface Node extends PredictedKey<Node> {
  /** Its name after flattening. */
  readonly name: string;
  /** Its position among the listed names. -1: not listed. */
  readonly place: number;
  /** For a field at the top level: the positions that it and its leaves can fill. */
  readonly places: readonly number[];
  /** An object here is replaced by its leaves. */
  readonly isFlattened: boolean;
  /** The watch of a name of `flatten`. */
  readonly watch: Watch | undefined;
  /** No part of it is listed, and no part of it is reported. */
  readonly isIgnored: boolean;
  /** The fields of an object here. Created on demand. */
  inside: KeyIndex<Node> | undefined;
  /** The node before the first of them. */
  before: Node | undefined;
}

/** Largest number of remembered nodes. */
const MAX_NODES = 20_000;

export function valueReader(
  fields: readonly string[],
  flattened: ReadonlyMap<string, Watch>,
  unwound: string | undefined,
): ValueReader {
  const inherits = objectsInherit();
  const room = { left: MAX_NODES };
  const placeOf = new Map(fields.map((name, place) => [name, place]));
  const placesOf = placesByTopLevelField(fields, flattened);
  const top = keyIndex((key) => topNode(key), room);
  const [beforeItem, beforeElement] = [node('', '', [], false), node('', '', [], false)];

  const none: readonly (Json | undefined)[] = fields.map(() => undefined);
  let parent: (Json | undefined)[] = [];
  /** For each position, the top-level field of the item that filled it. */
  const filledBy: (Node | undefined)[] = fields.map(() => undefined);
  let values = parent;

  function topNode(key: string): Node {
    const watch = flattened.get(key);
    return node(key, key, placesOf.get(key) ?? [], watch !== undefined, watch);
  }

  function node(key: string, name: string, places: readonly number[], isFlattened: boolean, watch?: Watch): Node {
    const place = placeOf.get(name) ?? -1;
    const isIgnored = places.length === 0 && watch === undefined;
    return { key, name, place, places, isFlattened, watch, isIgnored, inside: undefined, before: undefined, next: undefined };
  }

  /** @returns whether the positions that it fills were free */
  function take(value: Json | undefined, at: Node): boolean {
    if (at.isFlattened && isItem(value) && hasFields(value)) return takeLeaves(value, at);
    if (at.place < 0 || value === undefined) return true;
    if (values[at.place] !== undefined) return false;
    values[at.place] = value;
    return true;
  }

  function takeLeaves(object: Item, at: Node): boolean {
    at.inside ??= keyIndex((key) => node(key, leafName(at.name, key), [], true), room);
    at.before ??= node('', '', [], false);
    let previous = at.before;
    for (const key in object) {
      if (inherits && !Object.hasOwn(object, key)) continue;
      const leaf = keyAfter(previous, key, at.inside);
      previous = leaf;
      if (!take(object[key], leaf)) return false;
    }
    return true;
  }

  function takeItem(item: Item): boolean {
    let previous = beforeItem;
    for (const key in item) {
      if (inherits && !Object.hasOwn(item, key)) continue;
      const field = keyAfter(previous, key, top);
      previous = field;
      if (!field.isIgnored && !takeTop(item[key], field)) return false;
    }
    return true;
  }

  /** Reads an item without its unwound field. */
  function takeParent(item: Item): boolean {
    let previous = beforeItem;
    filledBy.fill(undefined);
    for (const key in item) {
      if (inherits && !Object.hasOwn(item, key)) continue;
      const field = keyAfter(previous, key, top);
      previous = field;
      if (field.isIgnored || key === unwound) continue;
      if (!takeTop(item[key], field)) return false;
      for (const place of field.places) if (values[place] !== undefined) filledBy[place] ??= field;
    }
    return true;
  }

  /** Reads an element. Its fields replace those of the item with the same name. */
  function takeElement(element: Item): boolean {
    let previous = beforeElement;
    for (const key in element) {
      if (inherits && !Object.hasOwn(element, key)) continue;
      const field = keyAfter(previous, key, top);
      previous = field;
      if (field.isIgnored) continue;
      for (const place of field.places) if (filledBy[place] === field) values[place] = undefined;
      if (!takeTop(element[key], field)) return false;
    }
    return true;
  }

  function takeTop(value: Json | undefined, field: Node): boolean {
    if (field.watch !== undefined) field.watch.found = true;
    return take(value, field);
  }

  return {
    start: (item, without) => {
      parent = none.slice();
      values = parent;
      return without ? takeParent(item) : takeItem(item);
    },
    read: (element) => {
      if (element === undefined) return parent;
      values = parent.slice();
      const isFree = isItem(element) ? takeElement(element) : takeTop(element, top.find(unwound as string));
      return isFree ? values : undefined;
    },
  };
}

function placesByTopLevelField(fields: readonly string[], flattened: ReadonlyMap<string, Watch>): Map<string, number[]> {
  const places = new Map<string, number[]>();
  const add = (field: string, place: number): void => {
    const known = places.get(field);
    if (known === undefined) places.set(field, [place]);
    else known.push(place);
  };
  for (const [place, name] of fields.entries()) {
    add(name, place);
    const head = headOf(name);
    if (head !== name && flattened.has(head)) add(head, place);
  }
  return places;
}
