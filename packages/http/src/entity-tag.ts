import type { Coding } from './encoding.js';

/** Everything that determines the bytes of a response: version of the items, parsed request, properties of the dataset. */
export type Determinants = readonly unknown[];

/** A strong validator: the same items, request, properties and coding give the same bytes, in one version of the library. */
export function entityTag(determinants: Determinants, coding: Coding): string {
  // Loaded here: it slows down loading the library, and exports do not need it.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256').update(JSON.stringify(determinants, sortedFields)).digest('base64url').slice(0, 27);
  return `"${hash}${coding === 'identity' ? '' : `-${coding}`}"`;
}

/** Whether the client has the response already: `If-None-Match` is a list of tags, compared weakly (RFC 9110, 13.1.2), or `*`. */
export function matches(ifNoneMatch: string | null, tag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, opaque]) => opaque === tag);
}

/** Sorts fields: the order of parameters does not change a response. */
function sortedFields(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
