import type { Coding } from './encoding.js';

/** What fixes the bytes of a response: the version of the items, the request as it was understood, what is known of the dataset. */
export type Determinants = readonly unknown[];

/** A strong validator: the same items, request and facts give the same bytes, in one coding. */
export function entityTag(determinants: Determinants, coding: Coding): string {
  // Loaded here: it is a tenth of what loading the library takes, and an export needs none.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const hash = createHash('sha256').update(JSON.stringify(determinants, sortedFields)).digest('base64url').slice(0, 27);
  return `"${hash}${coding === 'identity' ? '' : `-${coding}`}"`;
}

/** Whether a client has it already: `If-None-Match` is a list of tags, compared weakly (RFC 9110, 13.1.2), or `*`. */
export function matches(ifNoneMatch: string | null, tag: string): boolean {
  if (ifNoneMatch === null) return false;
  if (ifNoneMatch.trim() === '*') return true;
  return [...ifNoneMatch.matchAll(/(?:W\/)?("[^"]*")/g)].some(([, opaque]) => opaque === tag);
}

/** The order in which parameters were given does not change a response. */
function sortedFields(_name: string, value: unknown): unknown {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).sort(([one], [other]) => (one < other ? -1 : 1)));
}
