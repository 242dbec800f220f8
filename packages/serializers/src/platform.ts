/** Bytes into which text can be encoded. */
export interface Bytes extends Uint8Array<ArrayBuffer> {
  /** Encodes text as UTF-8, starting at byte `at`. A lone surrogate becomes U+FFFD. @returns the number of bytes */
  write(text: string, at: number): number;
}

/** Node's buffers encode short text in a fraction of the time that the standard encoder takes (docs/performance.md#bytes). */
const node: typeof Buffer | undefined = globalThis.Buffer;
const encoder = new TextEncoder();

class StandardBytes extends Uint8Array<ArrayBuffer> implements Bytes {
  write(text: string, at: number): number {
    return encoder.encodeInto(text, new Uint8Array(this.buffer, this.byteOffset + at, this.length - at)).written;
  }
}

/** Allocates bytes that share no memory with other buffers. Their content is undefined. */
export const allocate: (length: number) => Bytes =
  node === undefined ? (length) => new StandardBytes(new ArrayBuffer(length)) : (length) => node.allocUnsafeSlow(length);

/** Whether bytes of the same number are the same. Node compares them without a loop in JavaScript. */
export const areEqual: (some: Uint8Array, others: Uint8Array) => boolean =
  node === undefined
    ? (some, others) => some.every((byte, index) => byte === others[index])
    : (some, others) => node.compare(some, others) === 0;

export function utf8(text: string): Uint8Array {
  return encoder.encode(text);
}
