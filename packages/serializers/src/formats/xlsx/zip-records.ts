/** A file in an archive, as its records describe it. */
export interface Member extends Content {
  readonly name: string;
  readonly time: DosTime;
  /** Offset of its local header. */
  readonly offset: number;
}

/** Checksum and sizes of the content of a file. Sizes are in bytes. */
export interface Content {
  readonly crc: number;
  readonly size: number;
  readonly compressedSize: number;
}

/** A time in the form of zip archives: in steps of two seconds, from 1980 to 2107. */
export interface DosTime {
  readonly time: number;
  readonly date: number;
}

/** The nearest time that an archive can contain, in UTC, so that it is the same on every machine. */
export function dosTime(date: Date): DosTime {
  const held = new Date(Math.min(Math.max(date.getTime(), Date.UTC(1980, 0)), Date.UTC(2108, 0) - 1));
  return {
    time: (held.getUTCHours() << 11) | (held.getUTCMinutes() << 5) | (held.getUTCSeconds() >> 1),
    date: ((held.getUTCFullYear() - 1980) << 9) | ((held.getUTCMonth() + 1) << 5) | held.getUTCDate(),
  };
}

/** Versions of the format: 2.0, and 4.5, which has ZIP64. */
const [VERSION, ZIP64_VERSION] = [20, 45];
/** Made on Unix, by version 6.3 of the format. */
const MADE_BY = (3 << 8) | 63;
/** An ordinary file, mode 0664. */
const ATTRIBUTES = 0o100664 * 2 ** 16;
/** Flags: the sizes are in a descriptor after the content, and the name is in UTF-8. */
const FLAGS = (1 << 3) | (1 << 11);
const DEFLATED = 8;
/** Written instead of a number that does not fit, which is then in the ZIP64 record. */
const [PAST_16, PAST_32] = [0xffff, 0xffffffff];

/** The record before a file's content, when its checksum and sizes are not known yet. */
export function localHeader({ name, time: { time, date } }: Pick<Member, 'name' | 'time'>): Buffer {
  const nameBytes = Buffer.from(name);
  return Buffer.concat([
    u32(0x04034b50),
    u16(VERSION, FLAGS, DEFLATED, time, date),
    u32(0, 0, 0),
    u16(nameBytes.length, 0),
    nameBytes,
  ]);
}

/** The record after a file's content. */
export function dataDescriptor({ crc, size, compressedSize }: Content): Buffer {
  const sizes = size >= PAST_32 || compressedSize >= PAST_32 ? u64 : u32;
  return Buffer.concat([u32(0x08074b50, crc), sizes(compressedSize, size)]);
}

/** The end of an archive, which starts at `offset`. */
export function centralDirectory(members: readonly Member[], offset: number): Buffer {
  const headers = Buffer.concat(members.map(centralHeader));
  const { length } = members;
  const needsZip64 = length >= PAST_16 || headers.length >= PAST_32 || offset >= PAST_32;
  const count = Math.min(length, PAST_16);
  return Buffer.concat([
    headers,
    ...(needsZip64 ? [zip64End(length, headers.length, offset)] : []),
    u32(0x06054b50),
    u16(0, 0, count, count),
    u32(Math.min(headers.length, PAST_32), Math.min(offset, PAST_32)),
    u16(0),
  ]);
}

function centralHeader({ name, time: { time, date }, crc, size, compressedSize, offset }: Member): Buffer {
  const nameBytes = Buffer.from(name);
  const numbers = [size, compressedSize, offset];
  const large = numbers.filter((number) => number >= PAST_32);
  const [shownSize = 0, shownCompressed = 0, shownOffset = 0] = numbers.map((number) => Math.min(number, PAST_32));
  const extra = large.length > 0 ? [u16(1, 8 * large.length), u64(...large)] : [];
  return Buffer.concat([
    u32(0x02014b50),
    u16(MADE_BY, large.length > 0 ? ZIP64_VERSION : VERSION, FLAGS, DEFLATED, time, date),
    u32(crc, shownCompressed, shownSize),
    u16(nameBytes.length, Buffer.concat(extra).length, 0, 0, 0),
    u32(ATTRIBUTES, shownOffset),
    nameBytes,
    ...extra,
  ]);
}

/** The ZIP64 end of the directory, and after it the record with its position. */
function zip64End(count: number, size: number, offset: number): Buffer {
  return Buffer.concat([
    u32(0x06064b50),
    u64(44),
    u16(MADE_BY, ZIP64_VERSION),
    u32(0, 0),
    u64(count, count, size, offset),
    u32(0x07064b50, 0),
    u64(offset + size),
    u32(1),
  ]);
}

/** Numbers of 16, 32 or 64 bits, one after the other, low byte first. */
function u16(...numbers: readonly number[]): Buffer {
  return laidOut(numbers, 2, (bytes, number, at) => bytes.writeUInt16LE(number, at));
}

function u32(...numbers: readonly number[]): Buffer {
  return laidOut(numbers, 4, (bytes, number, at) => bytes.writeUInt32LE(number, at));
}

function u64(...numbers: readonly number[]): Buffer {
  return laidOut(numbers, 8, (bytes, number, at) => bytes.writeBigUInt64LE(BigInt(number), at));
}

function laidOut(numbers: readonly number[], width: number, write: (bytes: Buffer, number: number, at: number) => void): Buffer {
  const bytes = Buffer.alloc(numbers.length * width);
  for (const [index, number] of numbers.entries()) write(bytes, number, index * width);
  return bytes;
}
