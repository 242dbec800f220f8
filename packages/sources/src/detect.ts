/** How the items of a text are written. */
export type TextForm = 'jsonl' | 'json' | 'csv';

/** Bytes that are enough to tell: whoever writes longer first lines writes one object a line. */
const ENOUGH = 64 * 1024;

/** The longest first bytes that tell a kind. */
const LONGEST_MARK = 4;

/** Whether what follows here has what it needs. */
export function isTelling(head: Buffer): boolean {
  return head.length >= ENOUGH || (head.length >= LONGEST_MARK && scan(head) !== undefined);
}

/**
 * An array, or a first line that ends inside an object, is read value by value; anything else line by line. Only a name with the
 * extension of a table makes what does not look like JSON a table.
 */
export function textForm(head: Buffer, extension: string): TextForm {
  if ((extension === 'csv' || extension === 'tsv') && !looksLikeJson(head)) return 'csv';
  return scan(head) ?? 'jsonl';
}

export type Packing = 'gzip' | 'brotli';

/** By the first bytes; brotli has none of its own, so it is known by its extension. */
export function packingOf(head: Buffer, extension: string, isBrotli: (head: Buffer) => boolean): Packing | undefined {
  if (startsWith(head, 0x1f, 0x8b, 0x08)) return 'gzip';
  if (extension !== 'br' || head.length === 0 || isZip(head)) return undefined;
  // A plain JSON text under that name is no brotli, though brotli may begin with the same byte.
  return looksLikeJson(head) && !isBrotli(head) ? undefined : 'brotli';
}

/** A zip archive, which is what a workbook is. */
export function isZip(head: Buffer): boolean {
  return startsWith(head, 0x50, 0x4b, 0x03, 0x04) || startsWith(head, 0x50, 0x4b, 0x05, 0x06);
}

/** What Excel wrote before 2007, and writes today where a password is asked for. */
export function isOldOffice(head: Buffer): boolean {
  return startsWith(head, 0xd0, 0xcf, 0x11, 0xe0);
}

/** UTF-16 and UTF-32 are not read; saying so beats "not valid JSON". */
export function isUtf16(head: Buffer): boolean {
  return startsWith(head, 0xff, 0xfe) || startsWith(head, 0xfe, 0xff);
}

function startsWith(head: Buffer, ...bytes: number[]): boolean {
  return head.subarray(0, bytes.length).equals(Buffer.from(bytes));
}

/** `{` and a name or the end, `[` and an object or the end; not `[id],name`. */
function looksLikeJson(head: Buffer): boolean {
  return /^\s*(\{\s*("|\}|$)|\[\s*(\{|\]|$))/.test(head.toString('latin1', 0, 1024));
}

function scan(head: Buffer): 'jsonl' | 'json' | undefined {
  let depth = 0;
  let quoted = false;
  let last = 0;
  for (let at = 0; at < head.length; at++) {
    const byte = head[at] as number;
    if (quoted) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) quoted = false;
      else if (byte === 0x0a) return 'jsonl';
    } else if (byte === 0x22) {
      if (depth === 0) return 'jsonl';
      quoted = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth === 0 && byte === 0x5b) return 'json';
      depth++;
    } else if (byte === 0x7d || byte === 0x5d) {
      if (--depth <= 0) return 'jsonl';
    } else if (byte === 0x0a && depth > 0) return lineEndsInside(head, last, at + 1);
    else if (byte > 0x20 && depth === 0) return 'jsonl';
    if (byte > 0x20) last = byte;
  }
  return undefined;
}

/**
 * Whether a line that ends inside an object, after the byte `last`, goes on in the next line. Between two values JSON has a bracket, a
 * comma or a colon on one side or the other; where there is none, the line is one that broke off.
 */
function lineEndsInside(head: Buffer, last: number, next: number): 'jsonl' | 'json' | undefined {
  if (last === 0x7b || last === 0x5b || last === 0x2c || last === 0x3a) return 'json';
  let at = next;
  while (at < head.length && (head[at] as number) <= 0x20) at++;
  if (at === head.length) return undefined;
  const byte = head[at] as number;
  return byte === 0x7d || byte === 0x5d || byte === 0x2c || byte === 0x3a ? 'json' : 'jsonl';
}
