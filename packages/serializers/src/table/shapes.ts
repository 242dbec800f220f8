import type { Columns } from './columns.js';
import type { Leaves } from './leaves.js';
import type { Shape } from './table.js';

/** Shapes remembered at most, and cells in all of them; a row of yet another shape carries its own. */
const MAX_SHAPES = 4096;
const MAX_CELLS = 1_000_000;

export interface Shapes {
  readonly known: readonly Shape[];
  /** The number of the shape of these leaves; -1 when it is not remembered: `latest` has it. */
  numberOf(leaves: Leaves): number;
  latest(): Shape;
}

export function shapeIndex(columns: Columns): Shapes {
  const known: Shape[] = [];
  const byHash = new Map<number, number[]>();
  let cells = 0;
  const looseShape = looseShapes();
  let latest: Shape = { found: [], order: [], columns: [] };
  let latestNumber = -1;
  return {
    known,
    latest: () => latest,
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
        latest = looseShape(leaves);
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
 * Shapes of rows that carry their own: not sorted, as nobody will meet them again (a fifth of a csv whose rows are all different), and
 * plain arrays, as typed ones cost ten times as much to make.
 */
function looseShapes(): (leaves: Leaves) => Shape {
  /** By column: the place of its leaf among those kept, and the row that says so. */
  const places: number[] = [];
  const rows: number[] = [];
  let row = 0;
  return ({ count, columns: found }) => {
    const columns: number[] = [];
    const order: number[] = [];
    row++;
    for (let leaf = 0; leaf < count; leaf++) {
      const column = found[leaf] as number;
      if (rows[column] === row) order[places[column] as number] = leaf;
      else {
        rows[column] = row;
        places[column] = order.push(leaf) - 1;
        columns.push(column);
      }
    }
    return { found: columns, columns, order };
  };
}

/** A column that two leaves fill keeps the later one. */
function shapeOf(leaves: Leaves, columns: Columns): Shape {
  const found = Int32Array.from(leaves.columns.slice(0, leaves.count));
  const lastOf = new Map(Array.from(found, (column, index) => [column, index]));
  const kept = Int32Array.from(lastOf.keys()).sort(columns.compare);
  return { found, columns: kept, order: kept.map((column) => lastOf.get(column) as number) };
}
