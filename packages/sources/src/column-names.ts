import { Malformed } from './malformed.js';

export interface Naming {
  /** Refuse blank and repeated names. */
  readonly strict?: boolean | undefined;
  /** Where the header is, for errors. */
  readonly byte: number;
  readonly remark?: ((message: string) => void) | undefined;
}

/** Number of names that a remark lists. */
const LISTED = 5;

/**
 * The names of a header row, so that all differ: a blank name becomes `column4`, by its place, and a repeated one `name_2`, `name_3`. A
 * number that would give a name that another column has is passed over.
 * @throws Malformed if there are such names and they are refused
 */
export function columnNames(given: readonly (string | undefined)[], { strict, byte, remark }: Naming): string[] {
  const taken = new Set(given);
  const used = new Set<string>();
  const numbers = new Map<string, number>();
  const changes: string[] = [];
  const names = given.map((name, column) => {
    const isBlank = name === undefined || name.trim() === '';
    if (!isBlank && !used.has(name)) {
      used.add(name);
      return name;
    }
    const what = isBlank ? `column ${column + 1} has no name` : `the column name ${JSON.stringify(name)} occurs twice`;
    if (strict) throw new Malformed(byte, what, { fatal: true });
    let made = unnamed(column);
    // Names that are made from different ones differ.
    if (!isBlank || taken.has(made)) {
      const base = isBlank ? made : name;
      let number = numbers.get(base) ?? 1;
      do made = `${base}_${++number}`;
      while (taken.has(made));
      numbers.set(base, number);
    }
    changes.push(isBlank ? made : `${JSON.stringify(name)} is ${JSON.stringify(made)}`);
    return made;
  });
  if (changes.length > 0) remark?.(words(changes));
  return names;
}

/** The name of a column without one. */
export function unnamed(column: number): string {
  return `column${column + 1}`;
}

function words(changes: readonly string[]): string {
  const more = changes.length > LISTED ? `, and ${changes.length - LISTED} more` : '';
  return `blank or repeated column names were numbered: ${changes.slice(0, LISTED).join(', ')}${more}`;
}

/** Advice for a row that has more cells than the header, if the header may be another row. */
export function headerAdvice(number: number): string {
  return number <= MOST_TITLE_ROWS ? `; if this row has the names, set headerRow (--header-row) to ${number}` : '';
}

const MOST_TITLE_ROWS = 20;

/** @throws Malformed */
export function noHeaderRow(headerRow: number): Malformed {
  return new Malformed(0, `row ${headerRow}, which is to have the column names, is blank or does not exist`, { fatal: true });
}
