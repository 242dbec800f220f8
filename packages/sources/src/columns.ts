import { type Item, type Json, setField } from '@dataset-items/query-pipeline';
import { Malformed } from './faults.js';

/** Makes an item of a row: `value` gives the cell of a column by its 0-based number, `undefined` where there is none. */
export type RowToItem = (value: (column: number) => Json | undefined) => Item;

/**
 * Columns by the names in a header row. `nested`: a name such as `a/b/0` stands for a value inside others.
 * @throws Malformed for a name that comes twice, and for names that nest deeper than `maxDepth`
 */
export function rowToItem(names: readonly (string | undefined)[], nested: boolean, maxDepth: number, byte: number): RowToItem {
  refuseRepeats(names, byte);
  if (nested) return nestedRow(names, maxDepth, byte);
  const columns = [...names.entries()].filter((entry): entry is [number, string] => entry[1] !== undefined);
  return (value) => {
    const item: Record<string, Json> = {};
    for (const [column, name] of columns) {
      const cell = value(column);
      if (cell !== undefined) setField(item, name, cell);
    }
    return item;
  };
}

function refuseRepeats(names: readonly (string | undefined)[], byte: number): void {
  const seen = new Set<string>();
  for (const name of names) {
    if (name === undefined) continue;
    if (seen.has(name)) throw new Malformed(byte, `the column name ${JSON.stringify(name)} comes twice`, { fatal: true });
    seen.add(name);
  }
}

/** What stands under one segment of column names. */
interface Node {
  /** The column that is named so far and no farther. */
  column?: number;
  readonly children: Map<string, Node>;
  /** The children by index, where the names are those of an array. */
  elements?: readonly Node[] | undefined;
}

type Cell = (column: number) => Json | undefined;

function nestedRow(names: readonly (string | undefined)[], maxDepth: number, byte: number): RowToItem {
  const root: Node = { children: new Map() };
  for (const [column, name] of names.entries()) {
    if (name === undefined) continue;
    const segments = name.split('/');
    if (segments.length > maxDepth) throw new Malformed(byte, `a column name of more than ${maxDepth} levels`, { fatal: true });
    let node = root;
    for (const segment of segments) {
      const next: Node = node.children.get(segment) ?? { children: new Map() };
      node.children.set(segment, next);
      node = next;
    }
    node.column = column;
  }
  for (const node of root.children.values()) findArrays(node);
  return (value) => {
    const item: Record<string, Json> = {};
    for (const [name, node] of root.children) fill(item, name, node, value);
    return item;
  };
}

/** Names 0 to n-1, each once, stand for an array. */
function findArrays(node: Node): void {
  for (const child of node.children.values()) findArrays(child);
  if (node.children.size === 0) return;
  const elements = Array.from({ length: node.children.size }, (_, index) => node.children.get(String(index)));
  const isElement = (element: Node | undefined): element is Node =>
    element !== undefined && (element.column === undefined || element.children.size === 0);
  if (elements.every(isElement)) node.elements = elements;
}

/** Where a row has a cell and others inside it, those are fields of their own, with the rest of their names. */
function fill(target: Record<string, Json>, name: string, node: Node, value: Cell): void {
  const own = node.column === undefined ? undefined : value(node.column);
  const field = own ?? valueBelow(node, value);
  if (field !== undefined) setField(target, name, field);
  if (own !== undefined) for (const [segment, child] of node.children) fill(target, `${name}/${segment}`, child, value);
}

function valueBelow(node: Node, value: Cell): Json | undefined {
  if (node.elements !== undefined) return listOf(node.elements, value);
  const object: Record<string, Json> = {};
  for (const [name, child] of node.children) fill(object, name, child, value);
  return Object.keys(object).length > 0 ? object : undefined;
}

/** An element without a cell before one that has one is null. */
function listOf(elements: readonly Node[], value: Cell): Json | undefined {
  const list: Json[] = [];
  for (const [index, { column, ...node }] of elements.entries()) {
    const element = column === undefined ? valueBelow(node, value) : value(column);
    if (element === undefined) continue;
    while (list.length < index) list.push(null);
    list.push(element);
  }
  return list.length > 0 ? list : undefined;
}
