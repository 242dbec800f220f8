import { beginsWith, type Recognizable } from '../recognition.js';

/** A kind of file that is often mistaken for items and cannot be read. */
export interface Unreadable extends Recognizable {
  readonly kind: 'unreadable';
  /** The message for the user, instead of a syntax error somewhere in the bytes. */
  readonly reason: string;
}

/** @param advice what the user can do */
function named(what: string, advice: string, ...signature: readonly number[]): Unreadable {
  return { kind: 'unreadable', recognizes: beginsWith(...signature), reason: `${what}, which cannot be read; ${advice}` };
}

const ascii = (text: string): readonly number[] => [...Buffer.from(text, 'latin1')];
const unpack = (command: string): string => `decompress it first, for example with \`${command}\``;
const asWorkbook = 'save it as .xlsx or .csv';

/** A table of HTML, a feed or another document, under any name. */
const markup: Unreadable = {
  kind: 'unreadable',
  recognizes: (head) => {
    const text = head.toString('latin1', 0, 1024).trimStart();
    if (text === '') return head.length < 1024 ? 'more' : undefined;
    if (!text.startsWith('<')) return undefined;
    if (text.length === 1) return 'more';
    return /^<[A-Za-z!?]/.test(text) ? 'certain' : undefined;
  },
  reason: `HTML or XML, which cannot be read; ${asWorkbook}, or convert it to JSON`,
};

export const unreadable: readonly Unreadable[] = [
  named('an .xls workbook, or a workbook with a password', `${asWorkbook}, without a password`, 0xd0, 0xcf, 0x11, 0xe0),
  named('xz data', unpack('xz -dc'), 0xfd, ...ascii('7zXZ'), 0),
  named('bzip2 data', unpack('bzip2 -dc'), ...ascii('BZh')),
  named('lz4 data', unpack('lz4 -dc'), 0x04, 0x22, 0x4d, 0x18),
  named('a 7z archive', unpack('7z x'), ...ascii('7z'), 0xbc, 0xaf),
  named('a RAR archive', unpack('unrar x'), ...ascii('Rar!')),
  named('a Parquet file', 'the plugin @dataset-items/parquet reads it', ...ascii('PAR1')),
  named('an SQLite database', 'export its table as CSV or JSON', ...ascii('SQLite format 3')),
  named('a PDF document', 'export its data as CSV or JSON', ...ascii('%PDF-')),
  named('text in UTF-32, or data that is not text', 'text in UTF-8 or UTF-16 is expected', 0),
  markup,
];
