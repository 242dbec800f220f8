/** How the items of a text are written. */
export type TextForm = 'lines' | 'values';

/** Bytes that are enough to tell: whoever writes longer first lines writes one object a line. */
const ENOUGH = 64 * 1024;

/** Whether `textForm` has what it needs. */
export function isTelling(head: Buffer): boolean {
  return head.length >= ENOUGH || scan(head) !== undefined;
}

/** An array, or a first line that ends inside an object, is read value by value; anything else line by line. */
export function textForm(head: Buffer): TextForm {
  return scan(head) ?? 'lines';
}

function scan(head: Buffer): TextForm | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = head.subarray(0, 3).equals(Buffer.of(0xef, 0xbb, 0xbf)) ? 3 : 0; at < head.length; at++) {
    const byte = head[at] as number;
    if (quoted) {
      if (byte === 0x5c) at++;
      else if (byte === 0x22) quoted = false;
      else if (byte === 0x0a) return 'lines';
    } else if (byte === 0x22) {
      if (depth === 0) return 'lines';
      quoted = true;
    } else if (byte === 0x7b || byte === 0x5b) {
      if (depth === 0 && byte === 0x5b) return 'values';
      depth++;
    } else if (byte === 0x7d || byte === 0x5d) {
      if (--depth <= 0) return 'lines';
    } else if (byte === 0x0a && depth > 0) return 'values';
    else if (byte > 0x20 && depth === 0) return 'lines';
  }
  return undefined;
}

/** UTF-16 and UTF-32 are not read; saying so beats "not valid JSON". */
export function isUtf16(head: Buffer): boolean {
  return (head[0] === 0xff && head[1] === 0xfe) || (head[0] === 0xfe && head[1] === 0xff);
}
