/** The first chunk is handed on soon; each after it is twice as large, up to the most. */
const FIRST_CHUNK = 64 * 1024;
/** Handing a chunk on costs 130 µs, most of it to wake the thread that writes it: half as many as with 128 KiB are 2 to 5 % of a whole run. */
const MOST_CHUNK = 256 * 1024;
/** Room past a full chunk, so that the record which fills it seldom makes the buffer grow. */
const SLACK = 8 * 1024;
/** Up to this many UTF-16 units a loop of our own (2.5 ns a unit) beats the call into the encoder (50 ns). */
const SHORT = 24;

/** Numbers of at most three decimals, which most are, are written without a string: so few digits name one number alone. */
const SCALE = 1000;
const MAX_SCALED = 0x7fffffff;
/** Bytes that such a number takes at most, a sign, ten digits and a point, and what the last group of digits reaches past it. */
const LONGEST_NUMBER = 16;
const MINUS = 0x2d;
const POINT = 0x2e;
/** The digits of each number below 1000, with zeros in front, low byte first: a third of the cost of dividing digit by digit. */
const groups = Int32Array.from({ length: SCALE }, (_, group) => {
  const [hundreds = 0, tens = 0, ones = 0] = Buffer.from(String(group).padStart(3, '0'));
  return hundreds | (tens << 8) | (ones << 16);
});

/** Bytes that are written often, such as a tag or the name of a field, made once by `stampOf`. */
export interface Stamp {
  /** In bytes. */
  readonly length: number;
  /** The same eight at a time, filled up with zeros, each read as a number: UTF-8 never reads as NaN, the one that might not stay as it is. */
  readonly words: Float64Array;
}

export function stampOf(text: string): Stamp {
  const bytes = Buffer.from(text);
  const view = new DataView(new ArrayBuffer(Math.ceil(bytes.length / 8) * 8));
  new Uint8Array(view.buffer).set(bytes);
  const words = Float64Array.from({ length: view.byteLength / 8 }, (_, word) => view.getFloat64(8 * word, true));
  return { length: bytes.length, words };
}

/** Text and bytes written one after the other into a preallocated buffer. */
export class ByteWriter {
  bytes: Buffer;
  length = 0;
  /** Of the same bytes. */
  view: DataView;
  #capacity: number;
  readonly #most: number;
  /** `bytes.length`, which the engine looks up anew each time: 3 % of a whole run of xml. */
  #room: number;

  /** @param chunk bytes after which the writer is `full`, each time. Default: those of a chunk. It grows where one record is larger */
  constructor(chunk?: number) {
    this.#capacity = (chunk ?? FIRST_CHUNK) + SLACK;
    this.#most = (chunk ?? MOST_CHUNK) + SLACK;
    this.bytes = Buffer.allocUnsafeSlow(this.#capacity);
    this.#room = this.#capacity;
    this.view = viewOf(this.bytes);
  }

  get full(): boolean {
    return this.length >= this.#capacity - SLACK;
  }

  /** Makes room for so many more bytes. */
  reserve(count: number): void {
    const wanted = this.length + count;
    if (wanted <= this.#room) return;
    const larger = Buffer.allocUnsafeSlow(Math.max(wanted, this.bytes.length * 2));
    this.bytes.copy(larger, 0, 0, this.length);
    this.bytes = larger;
    this.#room = larger.length;
    this.view = viewOf(larger);
  }

  byte(value: number): void {
    this.reserve(1);
    this.bytes[this.length++] = value;
  }

  /** Eight bytes at a time: half the cost of a loop over bytes, 6 to 9 % of a whole run of jsonl; four at a time is 4 % more of one of xml. */
  stamp({ length, words }: Stamp): void {
    const count = words.length;
    this.reserve(count * 8);
    const { view } = this;
    const start = this.length;
    for (let index = 0; index < count; index++) view.setFloat64(start + 8 * index, words[index] as number, true);
    this.length = start + length;
  }

  /** UTF-8; a lone surrogate becomes U+FFFD. */
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

  /** A finite number as JavaScript prints it. */
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

  /** What was written since the last take. The writer goes on in a new buffer. */
  take(): Uint8Array {
    const taken = this.bytes.subarray(0, this.length);
    this.#capacity = Math.min(this.#capacity * 2, this.#most);
    this.bytes = Buffer.allocUnsafeSlow(this.#capacity);
    this.#room = this.#capacity;
    this.view = viewOf(this.bytes);
    this.length = 0;
    return taken;
  }
}

function viewOf({ buffer, byteOffset, length }: Buffer): DataView {
  return new DataView(buffer, byteOffset, length);
}

const byteOrderMark = Uint8Array.of(0xef, 0xbb, 0xbf);

export function writeByteOrderMark(writer: ByteWriter): void {
  writer.copy(byteOrderMark);
}
