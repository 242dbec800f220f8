import type { Item, Json, Scalar, Values } from '@dataset-items/query-pipeline';
import { objectsInherit } from '../own-fields.js';
import type { Columns } from './columns.js';

/** Nodes kept at most; past it names are put together anew each time, so that keys that never repeat cannot fill the memory. */
const MAX_NODES = 50_000;
const UNKNOWN = -2;

/** A place that values of records were found at. */
interface PathNode {
  readonly key: string;
  /** Name of the column of a scalar found here. */
  readonly name: string;
  /** The top-level field above. */
  readonly field: string;
  /** Column id; -1: left out. */
  column: number;
  /** Keys mostly come in the same order: the first child, and the sibling that followed last time. */
  first: PathNode | undefined;
  next: PathNode | undefined;
  children: Map<string, PathNode> | undefined;
  elements: PathNode[] | undefined;
}

/** The scalars of one record, in its own order; valid until the next record is read. */
export interface Leaves {
  /** How many of `columns` and `values` are of this record. */
  count: number;
  readonly columns: number[];
  readonly values: Scalar[];
  read(record: Item): void;
  /** Reads records that are values of so named fields. */
  reader(names: readonly string[]): (values: Values) => void;
  /** Of a scalar in a top-level field; -1: left out; `undefined`: none was met, or it was not remembered. */
  columnOf(field: string): number | undefined;
}

/** Expands nested values into one leaf each, named by its path joined by `/`; empty arrays and objects have none. */
export function leafReader(columns: Columns): Leaves {
  const inheriting = objectsInherit();
  const root = node('', '', '');
  let kept = 0;

  const leaves: Leaves = {
    count: 0,
    columns: [],
    values: [],
    read: (record) => {
      leaves.count = 0;
      visit(record, root);
    },
    reader: (names) => {
      const fields = asFields(names);
      const places = fields.map((field) => names.indexOf(field));
      const nodes = fields.map((field) => childOf(root, field));
      return (values) => {
        leaves.count = 0;
        for (let field = 0; field < places.length; field++) {
          const value = values[places[field] as number];
          if (value !== undefined) take(value, nodes[field] as PathNode);
        }
      };
    },
    columnOf: (field) => {
      const column = root.children?.get(field)?.column;
      return column === UNKNOWN ? undefined : column;
    },
  };

  function visit(object: Item, parent: PathNode): void {
    let guess = parent.first;
    let previous: PathNode | undefined;
    // Of an object as JSON.parse makes it this loop knows where each value is: half the cost of a list of keys.
    for (const key in object) {
      if (inheriting && !Object.hasOwn(object, key)) continue;
      let child = guess;
      if (child === undefined || child.key !== key) {
        child = childOf(parent, key);
        if (previous === undefined) parent.first = child;
        else previous.next = child;
      }
      previous = child;
      guess = child.next;
      take(object[key], child);
    }
  }

  function take(value: Json | undefined, at: PathNode): void {
    if (typeof value === 'object' && value !== null) {
      if (Array.isArray(value)) {
        for (let index = 0; index < value.length; index++) take(value[index], elementOf(at, index));
      } else {
        visit(value as Item, at);
      }
      return;
    }
    if (value === undefined) return;
    if (at.column === UNKNOWN) at.column = columns.idOf(at.name, at.field);
    if (at.column < 0) return;
    leaves.columns[leaves.count] = at.column;
    leaves.values[leaves.count++] = typeof value === 'number' && !Number.isFinite(value) ? null : (value as Scalar);
  }

  function childOf(parent: PathNode, key: string): PathNode {
    const known = parent.children?.get(key);
    if (known !== undefined) return known;
    const child = parent === root ? node(key, key, key) : node(key, `${parent.name}/${key}`, parent.field);
    if (kept < MAX_NODES) {
      kept++;
      parent.children ??= new Map();
      parent.children.set(key, child);
    }
    return child;
  }

  function elementOf(parent: PathNode, index: number): PathNode {
    const known = parent.elements?.[index];
    if (known !== undefined) return known;
    const child = childOf(parent, String(index));
    parent.elements ??= [];
    if (index === parent.elements.length && kept < MAX_NODES) parent.elements.push(child);
    return child;
  }

  return leaves;
}

/** Names, each once, in the order in which a record has them: which leaf of two is the later depends on it. */
export function asFields(names: readonly string[]): string[] {
  return Object.keys(Object.fromEntries(names.map((name) => [name, 0])));
}

function node(key: string, name: string, field: string): PathNode {
  return { key, name, field, column: UNKNOWN, first: undefined, next: undefined, children: undefined, elements: undefined };
}
