import { Transform } from 'node:stream';
import { beginsWith, type Recognizable } from '../recognition.js';
import type { Packing } from './packing.js';

const frame = beginsWith(0x28, 0xb5, 0x2f, 0xfd);
/** A frame whose content is not data may come first. */
const skippable: Recognizable['recognizes'] = (head, extension) =>
  ((head[0] as number) & 0xf0) === 0x50 ? beginsWith(head[0] as number, 0x2a, 0x4d, 0x18)(head, extension) : undefined;

export const zstd: Packing = {
  kind: 'packing',
  extension: 'zst',
  recognizes: (head, extension) => frame(head, extension) ?? skippable(head, extension),
  unpacker: async () => {
    // Loaded on demand, so that other input does not wait for it.
    const { Decompress } = await import('fzstd');
    const frames = frameWalker();
    const unpacked = new Decompress();
    // Its results are used again, so they are copied.
    unpacked.ondata = (bytes) => bytes.length > 0 && transform.push(Buffer.from(bytes));
    const transform = new Transform({
      // Blocks stay apart: joined, those of one chunk could be a thousand times its size.
      readableObjectMode: true,
      transform: (chunk: Buffer, _, done) =>
        attempt(done, () => {
          frames.walk(chunk);
          unpacked.push(chunk);
        }),
      flush: (done) =>
        attempt(done, () => {
          frames.end();
          unpacked.push(new Uint8Array(0), true);
        }),
    });
    return transform;
  },
  faultOf: ({ message }) => (message in faults ? message : `the zstd data is corrupt: ${message}`),
};

function attempt(done: (error?: Error) => void, act: () => void): void {
  try {
    act();
  } catch (error) {
    return done(error as Error);
  }
  done();
}

/** Bytes of earlier output that a frame may refer to, and that are kept in memory: what `zstd` itself accepts by default. */
const MOST_WINDOW = 128 * 1024 * 1024;

const early = 'the zstd data ends too early';
const large = 'the zstd data needs a window of more than 128 MiB; compress it without --long or with --long=27';
const dictionary = 'the zstd data needs a dictionary; compress it without one';
const faults = { [early]: true, [large]: true, [dictionary]: true };

/** Follows the frames and blocks (RFC 8878), because the decompressor allocates any window, and takes some data that ends early. */
function frameWalker() {
  /** Bytes of the header that is being read. */
  let header: number[] = [];
  let inFrame = false;
  let checksum = 0;
  /** Bytes until the next header. */
  let skip = 0;

  /** Takes a complete header. `false`: it is not complete. */
  const take = (): boolean => {
    if (inFrame) {
      if (header.length < 3) return false;
      const bits = numberAt(header, 0, 3);
      const isLast = (bits & 1) === 1;
      inFrame = !isLast;
      // A block of type 1 is one byte that is repeated.
      skip = (((bits >> 1) & 3) === 1 ? 1 : bits >> 3) + (isLast ? checksum : 0);
      return true;
    }
    if (header.length < 5) return false;
    if (((header[0] as number) & 0xf0) === 0x50) {
      if (header.length < 8) return false;
      skip = numberAt(header, 4, 4);
      return true;
    }
    const flags = header[4] as number;
    const single = (flags >> 5) & 1;
    const idLength = [0, 1, 2, 4][flags & 3] as number;
    const sizeLength = flags >> 6 === 0 ? single : 1 << (flags >> 6);
    const sizeAt = 6 - single + idLength;
    if (header.length < sizeAt + sizeLength) return false;
    const window = single === 1 ? numberAt(header, sizeAt, sizeLength) : windowOf(header[5] as number);
    if (window > MOST_WINDOW) throw new Error(large);
    if (numberAt(header, 6 - single, idLength) !== 0) throw new Error(dictionary);
    inFrame = true;
    checksum = ((flags >> 2) & 1) * 4;
    return true;
  };

  return {
    walk(chunk: Buffer): void {
      for (let at = 0; at < chunk.length; ) {
        if (skip > 0) {
          const step = Math.min(skip, chunk.length - at);
          skip -= step;
          at += step;
          continue;
        }
        header.push(chunk[at++] as number);
        if (take()) header = [];
      }
    },
    end(): void {
      if (inFrame || skip > 0 || header.length > 0) throw new Error(early);
    },
  };
}

function numberAt(bytes: readonly number[], at: number, length: number): number {
  return bytes.slice(at, at + length).reduce((sum, byte, index) => sum + byte * 256 ** index, 0);
}

function windowOf(descriptor: number): number {
  const base = 2 ** (10 + (descriptor >> 3));
  return base + (base / 8) * (descriptor & 7);
}
