/**
 * Whether a text begins like JSON: `{` and a name or `}`, `[` and an object or `]`. A table that begins with `[id],name` does not.
 * `more`: the text is too short to decide.
 */
export function looksLikeJson(head: Buffer): boolean | 'more' {
  const text = head.toString('latin1', 0, 1024);
  if (/^\s*[{[]\s*$/.test(text)) return 'more';
  return /^\s*(\{\s*["}]|\[\s*[{\]])/.test(text);
}

/**
 * The layout of the JSON values in a text: `lines` for one per line, `values` for an array or for values over several lines;
 * `more` if later bytes decide. A text that is not JSON counts as `lines`.
 */
export function layoutOf(head: Buffer): 'lines' | 'values' | 'more' {
  let depth = 0;
  let quoted = false;
  let last = 0;
  for (let at = 0; at < head.length; at++) {
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
    } else if (byte === 0x0a && depth > 0) return lineEndsInside(head, last, at + 1);
    else if (byte > 0x20 && depth === 0) return 'lines';
    if (byte > 0x20) last = byte;
  }
  return 'more';
}

/**
 * For a line that ends inside an object, after the byte `last`: whether the object continues on the next line. Between two values JSON has
 * a bracket, a comma or a colon before or after the line end. Without one, the object was cut off.
 */
function lineEndsInside(head: Buffer, last: number, next: number): 'lines' | 'values' | 'more' {
  if (last === 0x7b || last === 0x5b || last === 0x2c || last === 0x3a) return 'values';
  let at = next;
  while (at < head.length && (head[at] as number) <= 0x20) at++;
  if (at === head.length) return 'more';
  const byte = head[at] as number;
  return byte === 0x7d || byte === 0x5d || byte === 0x2c || byte === 0x3a ? 'values' : 'lines';
}
