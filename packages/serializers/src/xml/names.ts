import { letters, otherCharacters } from './name-characters.js';

/**
 * Names follow the table of XML 1.0's fourth edition, which every reader accepts. Some refuse what the fifth edition added
 * (docs/semantics.md#xml). A colon is not legal here.
 */
function makePatterns() {
  const classOf = (ranges: string): string => ranges.replace(/[\da-f]+/g, '\\u{$&}').replace(/\s+/g, '');
  const start = `_${classOf(letters)}`;
  const part = `${start}\\-.${classOf(otherCharacters)}`;
  return {
    legal: new RegExp(`^[${start}][${part}]*$`, 'u'),
    illegalPart: new RegExp(`[^${part}]`, 'gu'),
    legalStart: new RegExp(`^[${start}]`, 'u'),
  };
}

let made: ReturnType<typeof makePatterns> | undefined;
/** Made when a name is first asked for, because most formats have no such names. */
function patterns(): ReturnType<typeof makePatterns> {
  made ??= makePatterns();
  return made;
}

/** Whether this is an XML name without a colon. */
export function isXmlName(name: string): boolean {
  return patterns().legal.test(name);
}

/** Makes a legal XML name: each illegal character becomes `_`, and a `_` is put before a first character that cannot start a name. */
export function toXmlName(name: string): string {
  if (isXmlName(name)) return name;
  const { illegalPart, legalStart } = patterns();
  const changed = name.replace(illegalPart, '_');
  return legalStart.test(changed) ? changed : `_${changed}`;
}

/** Well-known prefixes in feeds, and the URIs of their namespaces (docs/semantics.md#rss). */
export const feedNamespaces = {
  atom: 'http://www.w3.org/2005/Atom',
  content: 'http://purl.org/rss/1.0/modules/content/',
  dc: 'http://purl.org/dc/elements/1.1/',
  georss: 'http://www.georss.org/georss',
  itunes: 'http://www.itunes.com/dtds/podcast-1.0.dtd',
  media: 'http://search.yahoo.com/mrss/',
} as const;

/** The same, but a well-known prefix is kept, and the part after it is changed like a name. */
export function toFeedName(name: string): string {
  const colon = name.indexOf(':');
  const prefix = name.slice(0, Math.max(colon, 0));
  const rest = name.slice(colon + 1);
  return rest !== '' && Object.hasOwn(feedNamespaces, prefix) ? `${prefix}:${toXmlName(rest)}` : toXmlName(name);
}
