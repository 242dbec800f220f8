import { Inflate } from 'fflate';

const LOCAL_FILE = 0x04034b50;
const DEFLATE = 8;
const descriptors = 8;

/**
 * The text of the first file in a zip archive whose name matches, as far as the bytes go: the archive may be cut anywhere, and its list of
 * files at the end is not needed. `undefined`: no such file begins here.
 */
export function beginningOfMember(zip: Uint8Array<ArrayBuffer>, name: RegExp): string | undefined {
  const view = new DataView(zip.buffer, zip.byteOffset, zip.byteLength);
  let at = 0;
  while (at + 30 <= zip.length && view.getUint32(at, true) === LOCAL_FILE) {
    const [flags, method] = [view.getUint16(at + 6, true), view.getUint16(at + 8, true)];
    const packed = view.getUint32(at + 18, true);
    const nameEnd = at + 30 + view.getUint16(at + 26, true);
    const start = nameEnd + view.getUint16(at + 28, true);
    if (name.test(new TextDecoder().decode(zip.subarray(at + 30, nameEnd)))) {
      const bytes = zip.slice(start, packed === 0 ? undefined : start + packed);
      return method === DEFLATE ? inflated(bytes) : new TextDecoder().decode(bytes);
    }
    at = (flags & descriptors) !== 0 && packed === 0 ? nextMember(view, start) : start + packed;
  }
  return undefined;
}

/** The start of the next file after one whose length is written behind it. */
function nextMember(view: DataView, from: number): number {
  for (let at = from; at + 4 <= view.byteLength; at++) if (view.getUint32(at, true) === LOCAL_FILE) return at;
  return view.byteLength;
}

/** What the beginning of a compressed stream gives. (A `DecompressionStream` throws away what is not yet read when its input ends early.) */
function inflated(bytes: Uint8Array<ArrayBuffer>): string {
  const decoder = new TextDecoder();
  let text = '';
  const stream = new Inflate((given) => {
    text += decoder.decode(given, { stream: true });
  });
  stream.push(bytes);
  return text;
}
