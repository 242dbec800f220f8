const START =
  'A-Z_a-z\\u00c0-\\u00d6\\u00d8-\\u00f6\\u00f8-\\u02ff\\u0370-\\u037d\\u037f-\\u1fff\\u200c\\u200d\\u2070-\\u218f' +
  '\\u2c00-\\u2fef\\u3001-\\ud7ff\\uf900-\\ufdcf\\ufdf0-\\ufffd\\u{10000}-\\u{effff}';
const PART = `${START}\\-.0-9\\u00b7\\u0300-\\u036f\\u203f\\u2040`;

const legal = new RegExp(`^[${START}][${PART}]*$`, 'u');
const illegalPart = new RegExp(`[^${PART}]`, 'gu');
const legalStart = new RegExp(`^[${START}]`, 'u');

/** A name of XML 1.0 (fifth edition) without a colon. */
export function isXmlName(name: string): boolean {
  return legal.test(name);
}

/** The nearest XML name: each illegal character, a colon too, becomes `_`; `_` goes in front where the first cannot start a name. */
export function mendName(name: string): string {
  if (isXmlName(name)) return name;
  const mended = name.replace(illegalPart, '_');
  return legalStart.test(mended) ? mended : `_${mended}`;
}

/** Prefixes that feeds know, and what they are bound to. */
export const feedNamespaces = {
  atom: 'http://www.w3.org/2005/Atom',
  content: 'http://purl.org/rss/1.0/modules/content/',
  dc: 'http://purl.org/dc/elements/1.1/',
  georss: 'http://www.georss.org/georss',
  itunes: 'http://www.itunes.com/dtds/podcast-1.0.dtd',
  media: 'http://search.yahoo.com/mrss/',
} as const;

/** As `mendName`, but a known prefix stays, and the rest is mended as a name of its own. */
export function mendFeedName(name: string): string {
  const colon = name.indexOf(':');
  const prefix = name.slice(0, Math.max(colon, 0));
  const rest = name.slice(colon + 1);
  return rest !== '' && Object.hasOwn(feedNamespaces, prefix) ? `${prefix}:${mendName(rest)}` : mendName(name);
}
