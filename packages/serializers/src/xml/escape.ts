import type { ByteWriter } from '../bytes.js';
import type { Mending } from '../mended.js';

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

export type TextWriter = (writer: ByteWriter, value: string) => void;

/** Up to this many UTF-16 units a loop of our own beats the call into the encoder. */
const SHORT = 64;
/** Bytes that the longest escape of an ASCII character takes. */
const LONGEST = 8;

const replacementCharacter: Replacement = { by: '\ufffd', mending: 'replacedCharacters' };

/** Writes text in a dialect: short ASCII in one loop, other clean text by the encoder, and only the rest piece by piece. */
export function textWriter(dialect: Dialect, onMended: OnMended): TextWriter {
  const sequences = asciiSequences(dialect);
  const plain = Uint8Array.from(sequences, (sequence) => (sequence?.length === 1 ? 1 : 0));
  const suspicious = new RegExp(suspiciousUnits(dialect));
  const rewrite = carefulRewrite(dialect, onMended);

  const writeLong: TextWriter = (writer, value) => {
    const safe = suspicious.test(value) ? rewrite(value) : value;
    writer.reserve(safe.length * 3);
    writer.length += writer.bytes.write(safe, writer.length);
  };

  return (writer, value) => {
    const { length } = value;
    if (length > SHORT) return writeLong(writer, value);
    writer.reserve(length * LONGEST);
    const { bytes } = writer;
    let at = writer.length;
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 127) return writeLong(writer, value);
      if (plain[unit] === 1) {
        bytes[at++] = unit;
        continue;
      }
      const sequence = sequences[unit];
      if (sequence === undefined) return writeLong(writer, value);
      for (let byte = 0; byte < sequence.length; byte++) bytes[at++] = sequence[byte] as number;
    }
    writer.length = at;
  };
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
