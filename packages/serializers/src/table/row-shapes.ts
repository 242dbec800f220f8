import type { Columns } from '@dataset-items/query-pipeline';
import type { Leaves } from './leaves.js';
import type { Shape } from './table.js';

/** Largest number of shapes that are kept, and of cells in all of them. A row of a further shape is stored with its own shape. */
const MAX_SHAPES = 4096;
const MAX_CELLS = 1_000_000;

export interface RowShapes {
  /** The shapes that are kept, by their numbers. */
  readonly known: readonly Shape[];
  /** The number of the shape of these leaves. -1: there are too many shapes, so it has no number. `latest` gives it. */
  numberOf(leaves: Leaves): number;
  /** The shape of the latest call of `numberOf`. */
  latest(): Shape;
  /** Adds a shape with these columns. @returns its number; -1: there are too many shapes */
  add(columns: readonly number[]): number;
}

export function rowShapes(columns: Columns): RowShapes {
  const known: Shape[] = [];
  const byHash = new Map<number, number[]>();
  let cells = 0;
  let latest: Shape = { found: [], order: [], columns: [] };
  let latestNumber = -1;
  const unsorted = unsortedShapes();
  return {
    known,
    latest: () => latest,
    add: (order) => {
      if (known.length >= MAX_SHAPES || cells + order.length > MAX_CELLS) return -1;
      cells += order.length;
      // No leaves match this shape, because its rows are not made from leaves.
      const shape = { found: [-1], order: [], columns: Int32Array.from(order) };
      return known.push(shape) - 1;
    },
    numberOf: (leaves) => {
      if (latestNumber >= 0 && fits(latest, leaves)) return latestNumber;
      const hash = hashOf(leaves);
      const alike = byHash.get(hash);
      latestNumber = alike?.find((number) => fits(known[number] as Shape, leaves)) ?? -1;
      if (latestNumber >= 0) {
        latest = known[latestNumber] as Shape;
        return latestNumber;
      }
      if (known.length >= MAX_SHAPES || cells + leaves.count > MAX_CELLS) {
        latest = unsorted(leaves);
        return -1;
      }
      latest = shapeOf(leaves, columns);
      cells += leaves.count;
      latestNumber = known.push(latest) - 1;
      if (alike === undefined) byHash.set(hash, [latestNumber]);
      else alike.push(latestNumber);
      return latestNumber;
    },
  };
}

function fits({ found }: Shape, leaves: Leaves): boolean {
  if (found.length !== leaves.count) return false;
  for (let index = 0; index < found.length; index++) if (found[index] !== leaves.columns[index]) return false;
  return true;
}

function hashOf({ count, columns }: Leaves): number {
  let hash = 0x811c9dc5;
  for (let index = 0; index < count; index++) hash = Math.imul(hash ^ (columns[index] as number), 0x01000193);
  return hash;
}

/**
 * Makes shapes of rows that are stored with their shape. Nothing else uses such a shape, so its columns stay in the order of the record: to sort
 * them is slow (docs/performance.md#object-lane).
 */
function unsortedShapes(): (leaves: Leaves) => Shape {
  /** By column: the latest row with a cell in it, and the place of this cell in the row. */
  const rows: number[] = [];
  const places: number[] = [];
  let row = 0;
  return ({ count, columns: found }) => {
    row++;
    const [order, columns]: [number[], number[]] = [[], []];
    for (let leaf = 0; leaf < count; leaf++) {
      const column = found[leaf] as number;
      if (rows[column] === row) {
        order[places[column] as number] = leaf;
        continue;
      }
      rows[column] = row;
      places[column] = order.push(leaf) - 1;
      columns.push(column);
    }
    return { found: columns, columns, order };
  };
}

/** A shape with sorted columns. If two leaves have the same column, the later one is kept. */
function shapeOf(leaves: Leaves, columns: Columns): Shape {
  const found = Int32Array.from(leaves.columns.slice(0, leaves.count));
  const lastOf = new Map(Array.from(found, (column, index) => [column, index]));
  const kept = Int32Array.from(lastOf.keys()).sort(columns.compare);
  return { found, columns: kept, order: kept.map((column) => lastOf.get(column) as number) };
}
