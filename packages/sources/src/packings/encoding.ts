import { Transform } from 'node:stream';
import type { Recognizable } from '../recognition.js';
import type { Packing } from './packing.js';

/** Text in an encoding of the WHATWG Encoding Standard, as a packing of UTF-8. */
export function encodedText(label: string, recognizes: Recognizable['recognizes'] = () => undefined): Packing {
  // Looked up on demand: Node takes 1 ms to make the first decoder, and most inputs are UTF-8.
  const name = (): string => encodingName(label) ?? label;
  return {
    kind: 'packing',
    recognizes,
    unpacker: () => {
      const decoder = decoderOf(name());
      return new Transform({
        transform: (chunk: Buffer, _, done) => decode(done, () => decoder.decode(chunk, { stream: true })),
        flush: (done) => decode(done, () => decoder.decode()),
      });
    },
    faultOf: () => `not text in the encoding ${name()}`,
  };
}

function decode(done: (error: Error | null, bytes?: Buffer) => void, text: () => string): void {
  try {
    done(null, Buffer.from(text()));
  } catch (error) {
    done(error as Error);
  }
}

/** The name of an encoding in the standard, in lower case; `undefined` if there is none. */
export function encodingName(label: string): string | undefined {
  try {
    return new TextDecoder(label).encoding;
  } catch {
    return undefined;
  }
}

interface Decoder {
  decode(bytes?: Uint8Array, options?: { readonly stream?: boolean }): string;
}

function decoderOf(name: string): Decoder {
  if (name !== 'windows-1252') return new TextDecoder(name, { fatal: true });
  // Node reads this encoding as ISO 8859-1 in some versions, which differs in the bytes 0x80 to 0x9f.
  return {
    decode: (bytes = new Uint8Array(0)) =>
      Buffer.from(bytes.buffer, bytes.byteOffset, bytes.byteLength)
        .toString('latin1')
        .replace(/[\x80-\x9f]/g, (byte) => windows1252[byte.charCodeAt(0) - 0x80] as string),
  };
}

/** Characters of the bytes 0x80 to 0x9f. Five bytes have none, and stay control characters. */
const windows1252 = '€\x81‚ƒ„…†‡ˆ‰Š‹Œ\x8dŽ\x8f\x90‘’“”•–—˜™š›œ\x9džŸ';

/** UTF-16 is known by its mark, or by the zero bytes beside two ASCII characters. */
export const utf16le = encodedText('utf-16le', (head) => {
  if (head.length < 2) return mayBegin(head[0], 0xff) ? 'more' : undefined;
  if (head[0] === 0xff && head[1] === 0xfe) return 'certain';
  return head[1] === 0 ? zeroBeside(head[0], head[2], head[3]) : undefined;
});

export const utf16be = encodedText('utf-16be', (head) => {
  if (head.length < 2) return mayBegin(head[0], 0xfe) ? 'more' : undefined;
  if (head[0] === 0xfe && head[1] === 0xff) return 'certain';
  return head[0] === 0 ? zeroBeside(head[1], head[3], head[2]) : undefined;
});

function mayBegin(byte: number | undefined, mark: number): boolean {
  return byte === undefined || byte === mark || byte === 0 || isText(byte);
}

/** @param byte the first character, whose other byte is zero @param next the second @param other its other byte */
function zeroBeside(byte: number | undefined, next: number | undefined, other: number | undefined) {
  if (!isText(byte)) return undefined;
  if (next === undefined || other === undefined) return 'more';
  return isText(next) && other === 0 ? 'certain' : undefined;
}

/** ASCII that texts have. */
function isText(byte: number | undefined): boolean {
  return byte === 0x0a || byte === 0x0d || byte === 0x09 || (byte !== undefined && byte >= 0x20 && byte < 0x7f);
}
