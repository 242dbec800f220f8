export interface NameParts {
  /** Up to the last separator. */
  readonly path: string;
  /** The beginning of a long last name. */
  readonly start: string;
  /** What always stays visible. */
  readonly end: string;
}

/** Splits the name of a column into parts that are shortened one after the other. */
export function nameParts(name: string): NameParts {
  const at = Math.max(name.lastIndexOf('/', name.length - 2), name.lastIndexOf('.', name.length - 2)) + 1;
  const last = Array.from(name.slice(at));
  const kept = last.length > 14 ? last.length - 8 : 0;
  return { path: name.slice(0, at), start: last.slice(0, kept).join(''), end: last.slice(kept).join('') };
}
