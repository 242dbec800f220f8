import type { SourceFormat, StoredFormat, TextFormat } from './formats/format.js';
import { sourceFormats } from './formats/index.js';
import { type Unreadable, unreadable } from './formats/unreadable.js';
import { Malformed } from './malformed.js';
import { packings } from './packings/index.js';
import type { Packing } from './packings/packing.js';
import { degrees } from './recognition.js';

/** What bytes can be: packed data, a format, or a kind of file that is often mistaken for a format. */
export type Kind = Packing | ReadableFormat | Unreadable;
export type ReadableFormat = TextFormat | StoredFormat;

type SourceFormats = Readonly<Record<string, SourceFormat>>;

/** If several kinds match equally well, the first one is taken. */
function kindsWith(formats: SourceFormats): readonly Kind[] {
  const readable = Object.values(formats).filter((format) => format.kind !== 'directory');
  const isOwn = (format: ReadableFormat): boolean => !Object.values<SourceFormat>(sourceFormats).includes(format);
  return [
    ...Object.values<Packing>(packings),
    ...readable.filter(isOwn),
    ...unreadable,
    ...readable.filter((format) => !isOwn(format)),
  ];
}

const usual = kindsWith(sourceFormats);

function kindsOf(formats: SourceFormats = sourceFormats): readonly Kind[] {
  return formats === sourceFormats ? usual : kindsWith(formats);
}

/** Number of bytes after which a kind is chosen in any case. */
const ENOUGH = 64 * 1024;

/** Whether more bytes cannot change the result of `detect`. */
export function isTelling(head: Buffer, extension: string, formats?: SourceFormats): boolean {
  return head.length >= ENOUGH || kindsOf(formats).every((kind) => kind.recognizes(head, extension) !== 'more');
}

export interface Detection {
  /** Extension of the file name, in lower case and without the dot; empty if the name has no extension. */
  readonly extension: string;
  /** The bytes had a byte order mark or were decoded, so they are text and not packed. */
  readonly marked: boolean;
  /** The format to use, unless the bytes are packed or cannot be read. */
  readonly asked?: ReadableFormat | undefined;
  /** Default: those of the library. */
  readonly formats?: SourceFormats | undefined;
}

/** The kind that matches the bytes best. @throws Malformed if none does */
export function detect(head: Buffer, { extension, marked, asked, formats }: Detection): Kind {
  const kinds = kindsOf(formats);
  const candidates = marked ? kinds.filter(({ kind }) => kind !== 'packing') : kinds;
  const answers = candidates.map((kind) => kind.recognizes(head, extension));
  const surest = degrees.find((degree) => answers.includes(degree));
  const kind = surest && candidates[answers.indexOf(surest)];
  if (asked !== undefined && kind?.kind !== 'packing' && kind?.kind !== 'unreadable') return asked;
  if (kind === undefined) throw new Malformed(0, 'not a format that can be read', { fatal: true });
  return kind;
}
