import type { Mending } from '../mended.js';
import { type TextWriter, textWriter } from '../text.js';

/** How text becomes part of a document. */
export interface Dialect {
  /** Characters that the format escapes, and how. */
  readonly escapes: Readonly<Record<string, string>>;
  /** A further spelling to replace, as the source of a regular expression, and the character it starts with. */
  readonly spelling?: { readonly pattern: string; readonly first: string };
  /** Characters of the Basic Multilingual Plane that the format cannot hold, as the inside of a character class. */
  readonly unwritable: string;
  /** Neither can it hold the last two code points of the other planes. */
  readonly planeEndsUnwritable?: boolean;
  /** What stands for something that is not in `escapes`, and what that counts as. Default: U+FFFD. */
  readonly replace?: (found: string) => Replacement | undefined;
}

export interface Replacement {
  readonly by: string;
  readonly mending?: Mending;
}

/** Told of each value in which something was mended. */
export type OnMended = (mending: Mending, value: string) => void;

const replacementCharacter: Replacement = { by: '\ufffd', mending: 'replacedCharacters' };

/** Writes text in a dialect. */
export function dialectWriter(dialect: Dialect, onMended: OnMended): TextWriter {
  const suspicious = new RegExp(suspiciousUnits(dialect));
  return textWriter({ sequences: asciiSequences(dialect), suspicious, rewrite: carefulRewrite(dialect, onMended) });
}

/** For each ASCII unit what is written for it; `undefined` where only the careful way can tell. */
function asciiSequences({ escapes, unwritable, spelling }: Dialect): (Uint8Array | undefined)[] {
  const special = new RegExp(`[${unwritable}${spelling?.first ?? ''}]`);
  return Array.from({ length: 128 }, (_, unit) => {
    const character = String.fromCharCode(unit);
    return special.test(character) ? undefined : Buffer.from(escapes[character] ?? character);
  });
}

/** Any half of a surrogate pair is looked at closely. */
function suspiciousUnits({ escapes, unwritable, spelling }: Dialect): string {
  const found = `[${Object.keys(escapes).join('')}${unwritable}\\ud800-\\udfff]`;
  return spelling === undefined ? found : `${spelling.pattern}|${found}`;
}

function carefulRewrite(dialect: Dialect, onMended: OnMended): (value: string) => string {
  const { escapes, planeEndsUnwritable = false, replace } = dialect;
  const pattern = new RegExp(`[\\ud800-\\udbff][\\udc00-\\udfff]|${suspiciousUnits(dialect)}`, 'g');
  return (value) => {
    const mended = new Set<Mending>();
    const rewritten = value.replace(pattern, (found) => {
      const sequence = escapes[found];
      if (sequence !== undefined) return sequence;
      if (surrogatePair.test(found) && !(planeEndsUnwritable && isPlaneEnd(found))) return found;
      const { by, mending } = replace?.(found) ?? replacementCharacter;
      if (mending !== undefined) mended.add(mending);
      return by;
    });
    for (const mending of mended) onMended(mending, value);
    return rewritten;
  };
}

function isPlaneEnd(found: string): boolean {
  return ((found.codePointAt(0) as number) & 0xfffe) === 0xfffe;
}

const surrogatePair = /^[\ud800-\udbff][\udc00-\udfff]$/;

/** What XML 1.0 cannot hold in any way. */
export const notXml = '\\x00-\\x08\\x0b\\x0c\\x0e-\\x1f\\ufffe\\uffff';

export const xmlText: Dialect = {
  escapes: { '&': '&amp;', '<': '&lt;', '>': '&gt;', '\r': '&#13;' },
  unwritable: notXml,
};

export const xmlAttribute: Dialect = {
  escapes: { ...xmlText.escapes, '"': '&quot;', '\t': '&#9;', '\n': '&#10;' },
  unwritable: notXml,
};
