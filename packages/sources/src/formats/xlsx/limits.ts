import { notWorkbook } from './archive.js';

/** Largest number of columns of a sheet, A to XFD, and so of cells in a row. */
export const mostColumns = 16_384;
/** Largest number of UTF-16 units in one text, and in all texts of one row. A spreadsheet allows 32,767 per cell. */
const longestText = 2 ** 24;
/** Largest number of UTF-16 units in all shared strings together. */
const mostShared = 2 ** 28;
export const mostSharedStrings = 2 ** 24;
/** Largest number of sheets, styles and relations each, which are read completely before the first cell. */
const mostParts = 2 ** 16;

/** Counts units of text as they arrive, so that no text is built that is too long. */
export function textLimit(what: string, most = longestText): { add(units: number): void; clear(): void } {
  let units = 0;
  return {
    add(more) {
      units += more;
      if (units > most) throw notWorkbook(`${what} has more than ${most.toLocaleString('en')} characters`);
    },
    clear() {
      units = 0;
    },
  };
}

export function sharedTextLimit(): ReturnType<typeof textLimit> {
  return textLimit('the shared text of its cells', mostShared);
}

/** @throws Malformed */
export function checkCount(count: number, what: string, most = mostParts): void {
  if (count > most) throw notWorkbook(`it has more than ${most.toLocaleString('en')} ${what}`);
}
