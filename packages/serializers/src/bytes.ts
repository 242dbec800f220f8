import { allocate, type Bytes, utf8 } from './platform.js';

/** Size of the first chunk in bytes. It is small, so that the output begins soon. Each further chunk is twice as large, up to the maximum. */
const FIRST_CHUNK = 64 * 1024;
/** Size of the largest chunk in bytes. Passing on a chunk takes the same time for any size (docs/performance.md#bytes). */
const MOST_CHUNK = 256 * 1024;
/** Bytes of room after a full chunk, so that the record that fills it seldom makes the buffer grow. */
const SLACK = 8 * 1024;
/** Up to this many UTF-16 units our own loop is faster than the call into the encoder (docs/performance.md#bytes). */
const SHORT = 24;

/** Most numbers have at most three decimals. Multiplied by this, they are whole numbers, which are written digit by digit without a string. */
const SCALE = 1000;
const MAX_SCALED = 0x7fffffff;
/** Bytes to reserve for such a number: a sign, ten digits, a point, and the bytes after it that writing four bytes at once touches. */
const LONGEST_NUMBER = 16;
const MINUS = 0x2d;
const POINT = 0x2e;
/** The digits of each number below 1000, with leading zeros and the low byte first, so that three digits are found by one lookup. */
const groups = new Int32Array(SCALE);
for (let group = 0; group < SCALE; group++) {
  // Every start of the command does this, so it takes no arrays.
  const tens = Math.trunc(group / 10);
  groups[group] = 0x303030 | Math.trunc(tens / 10) | ((tens % 10) << 8) | ((group % 10) << 16);
}

/** Bytes that are written often, such as a tag or the name of a field. Made once, by `stampOf`. */
export interface Stamp {
  /** In bytes. */
  readonly length: number;
  /**
   * The bytes, eight in each number, padded with zeros. Copying a NaN may change its bytes, but eight bytes of UTF-8 are never a NaN.
   */
  readonly words: Float64Array;
}

export function stampOf(text: string): Stamp {
  const bytes = utf8(text);
  const view = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8));
  new Uint8Array(view.buffer).set(bytes);
  const words = Float64Array.from({ length: view.byteLength / 8 }, (_, word) => view.getFloat64(8 * word, true));
  return { length: bytes.length, words };
}

/** Writes text and bytes one after the other into a preallocated buffer. */
export class ByteWriter {
  bytes: Bytes;
  length = 0;
  /** The same bytes, to write several at once. */
  view: DataView;
  #capacity: number;
  readonly #most: number;
  readonly #reuses: boolean;
  /** `bytes.length`, kept because the engine looks that up anew each time (docs/performance.md#bytes). */
  #room: number;

  /**
   * @param chunk number of bytes at which the writer is `full`. Default: 64 KiB at first, up to 256 KiB later. The buffer grows if needed
   * @param reuses whether what was taken is read before the next byte is written, so that its memory can be used again
   */
  constructor(chunk?: number, reuses = false) {
    this.#reuses = reuses;
    this.#capacity = (chunk ?? FIRST_CHUNK) + SLACK;
    this.#most = (chunk ?? MOST_CHUNK) + SLACK;
    // Memory is allocated with the first byte, because some writers get none.
    this.bytes = allocate(0);
    this.#room = 0;
    this.view = viewOf(this.bytes);
  }

  get full(): boolean {
    return this.length >= this.#capacity - SLACK;
  }

  /** Makes room for `count` more bytes. */
  reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted <= this.#room) return;
    const larger = allocate(Math.max(wanted, this.#room === 0 ? this.#capacity : this.#room * 2));
    larger.set(this.bytes.subarray(0, this.length));
    this.bytes = larger;
    this.#room = larger.length;
    this.view = viewOf(larger);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Copies eight bytes at a time, which is faster than one by one (docs/performance.md#bytes). */
  stamp({ length, words }: Stamp): void {
    const count = words.length;
    this.reserve(count * 8);
    const { view } = this;
    const start = this.length;
    for (let index = 0; index < count; index++) view.setFloat64(start + 8 * index, words[index] as number, true);
    this.length = start + length;
  }

  /** Writes text as UTF-8. A lone surrogate becomes U+FFFD. */
  text(value: string): void {
    const { length } = value;
    this.reserve(length * 3);
    if (length > SHORT) {
      this.length += this.bytes.write(value, this.length);
      return;
    }
    const { bytes } = this;
    const start = this.length;
    for (let index = 0; index < length; index++) {
      const unit = value.charCodeAt(index);
      if (unit > 127) {
        this.length += bytes.write(value, start);
        return;
      }
      bytes[start + index] = unit;
    }
    this.length = start + length;
  }

  /** Writes a finite number as JavaScript prints it. */
  number(value: number): void {
    this.reserve(LONGEST_NUMBER);
    const magnitude = Math.abs(value);
    if ((magnitude | 0) === magnitude) {
      if (value < 0) this.bytes[this.length++] = MINUS;
      return this.#digits(magnitude);
    }
    const scaled = Math.round(magnitude * SCALE);
    if (scaled > MAX_SCALED || scaled / SCALE !== magnitude) return this.text(String(value));
    if (value < 0) this.bytes[this.length++] = MINUS;
    const whole = (scaled / SCALE) | 0;
    this.#digits(whole);
    this.bytes[this.length++] = POINT;
    const fraction = scaled - whole * SCALE;
    this.view.setInt32(this.length, groups[fraction] as number, true);
    this.length += fraction % 10 !== 0 ? 3 : fraction % 100 !== 0 ? 2 : 1;
  }

  #digits(whole: number): void {
    if (whole < SCALE) {
      const count = whole < 10 ? 1 : whole < 100 ? 2 : 3;
      this.view.setInt32(this.length, (groups[whole] as number) >> (8 * (3 - count)), true);
      this.length += count;
      return;
    }
    const thousands = (whole / SCALE) | 0;
    this.#digits(thousands);
    this.view.setInt32(this.length, groups[whole - thousands * SCALE] as number, true);
    this.length += 3;
  }

  /** Writes the same byte `count` times. */
  fill(value: number, count: number): void {
    this.reserve(count);
    this.bytes.fill(value, this.length, this.length + count);
    this.length += count;
  }

  copy(source: Uint8Array, start = 0, end = source.length): void {
    const count = end - start;
    this.reserve(count);
    const { bytes, length } = this;
    if (count <= 24) {
      for (let index = 0; index < count; index++) bytes[length + index] = source[start + index] as number;
    } else {
      bytes.set(source.subarray(start, end), length);
    }
    this.length = length + count;
  }

  /** Gives a copy of what is left, if anything, before the writer is full. The writer continues in the same buffer. */
  *held(): Generator<Uint8Array> {
    if (this.length === 0) return;
    // `slice` of a buffer of Node makes no copy.
    const copy = new Uint8Array(this.bytes.subarray(0, this.length));
    this.length = 0;
    yield copy;
  }

  /** Returns the bytes written since the last call. The writer continues in a new buffer. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length);
    if (this.#reuses) {
      this.length = 0;
      return taken;
    }
    this.#capacity = Math.min(this.#capacity * 2, this.#most);
    // Allocated with the next byte, because after the last chunk there is none.
    this.bytes = allocate(0);
    this.#room = 0;
    this.view = viewOf(this.bytes);
    this.length = 0;
    return taken;
  }
}

function viewOf({ buffer, byteOffset, length }: Bytes): DataView {
  return new DataView(buffer, byteOffset, length);
}
