import { type Item, type Json, setField } from '@dataset-items/query-pipeline';
import { Malformed } from './malformed.js';

/** Makes an item from a row. `value` gives the cell in a column (0-based), `undefined` for an empty cell. */
export type RowToItem = (value: (column: number) => Json | undefined) => Item;

/**
 * @param names column names that differ
 * @param nested a name such as `a/b/0` stands for a nested value
 * @throws Malformed for names that nest deeper than `maxDepth`
 */
export function rowToItem(names: readonly string[], nested: boolean, maxDepth: number, byte: number): RowToItem {
  if (nested) return nestedRow(names, maxDepth, byte);
  return (value) => {
    const item: Record<string, Json> = {};
    for (const [column, name] of names.entries()) {
      const cell = value(column);
      if (cell !== undefined) setField(item, name, cell);
    }
    return item;
  };
}

/** Columns whose names share their first segments. */
interface Node {
  /** The column whose name ends here. */
  column?: number;
  readonly children: Map<string, Node>;
  /** The children in order, if they are the elements of an array. */
  elements?: readonly Node[] | undefined;
}

type Cell = (column: number) => Json | undefined;

function nestedRow(names: readonly string[], maxDepth: number, byte: number): RowToItem {
  const root: Node = { children: new Map() };
  for (const [column, name] of names.entries()) {
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
  for (const node of root.children.values()) markArrays(node);
  return (value) => {
    const item: Record<string, Json> = {};
    for (const [name, node] of root.children) fill(item, name, node, value);
    return item;
  };
}

/** Segments 0 to n-1, each once, are the indexes of an array. */
function markArrays(node: Node): void {
  for (const child of node.children.values()) markArrays(child);
  if (node.children.size === 0) return;
  const elements = Array.from({ length: node.children.size }, (_, index) => node.children.get(String(index)));
  const isElement = (element: Node | undefined): element is Node =>
    element !== undefined && (element.column === undefined || element.children.size === 0);
  if (elements.every(isElement)) node.elements = elements;
}

/** If a row has cells for both `a` and `a/b`, they cannot be nested, and `a/b` becomes a field of that name. */
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

/** An element without a cell is null, if a later element has a cell. */
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
