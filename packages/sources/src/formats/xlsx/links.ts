import type { Archive } from './archive.js';
import { checkCount, mostColumns } from './limits.js';
import { type Cell, columnOf } from './sheet.js';
import { readRelations } from './workbook.js';
import { localName, visitXml } from './xml.js';

/** Largest number of cells with a link. */
const mostLinks = 2 ** 20;

/** The address of the link in a cell, by the row (1-based) and the column (0-based). */
export type Links = (row: number, cell: Cell) => string | undefined;

/** The links of a sheet. They are stored after the cells, so the sheet is read once for them. @throws Malformed */
export async function readLinks(archive: Archive, path: string): Promise<Links> {
  const relations = await relationsOf(archive, path);
  const addresses = new Map<number, Map<number, string>>();
  let count = 0;
  await visitXml(archive.text(path), {
    open(tag, { ref = '', location, ...others }) {
      if (tag !== 'hyperlink') return;
      const [, id = ''] = Object.entries(others).find(([attribute]) => localName(attribute) === 'id') ?? [];
      const address = `${relations.get(id)?.target ?? ''}${location === undefined ? '' : `#${location}`}`;
      if (address === '') return;
      for (const { row, column } of cellsIn(ref)) {
        checkCount(++count, 'links', mostLinks);
        addresses.set(row, (addresses.get(row) ?? new Map()).set(column, address));
      }
    },
  });
  return (row, { column, formula }) => addresses.get(row)?.get(column) ?? (formula && formulaAddress(formula));
}

async function relationsOf(archive: Archive, path: string): ReturnType<typeof readRelations> {
  const relations = path.replace(/([^/]*)$/, '_rels/$1.rels');
  return archive.has(relations) ? readRelations(archive, path) : new Map();
}

/** `B2`, or a range `B2:C9`. */
function* cellsIn(ref: string): Generator<{ row: number; column: number }> {
  const [from = '', to = from] = ref.split(':');
  const [first, last] = [placeOf(from), placeOf(to)];
  for (let row = first.row; row <= last.row; row++) {
    for (let column = first.column; column <= Math.min(last.column, mostColumns); column++) yield { row, column };
  }
}

function placeOf(reference: string): { row: number; column: number } {
  return { row: Number(/\d+$/.exec(reference)?.[0] ?? 0), column: columnOf(reference) };
}

/** The first argument of `HYPERLINK`, if it is a text. */
function formulaAddress(formula: string): string | undefined {
  return /^\s*HYPERLINK\(\s*"((?:[^"]|"")*)"/i.exec(formula)?.[1]?.replaceAll('""', '"');
}

/** The name of the field for the links of a column. Numbers at its end are kept there, because they are places in an array. */
export function linkName(name: string): string {
  const [, field = name, places = ''] = /^(.*?)((?:\/\d+)*)$/s.exec(name) ?? [];
  return `${field}_link${places}`;
}
