import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import type { RandomAccess } from '../../bytes.js';
import { Malformed } from '../../malformed.js';

/** The parts of a workbook. */
export interface Archive {
  /** Paths of all parts. */
  readonly paths: readonly string[];
  has(path: string): boolean;
  /** The bytes of a part. At the end its checksum is verified. @throws Malformed */
  bytes(path: string): AsyncGenerator<Buffer>;
  /** A part as text. At the end its checksum is verified. @throws Malformed */
  text(path: string): AsyncGenerator<string>;
}

const PIECE = 64 * 1024;

/** The class through which yauzl reads the bytes of an archive. */
class Reader extends RandomAccessReader {
  readonly #file: RandomAccess;

  constructor(file: RandomAccess) {
    super();
    this.#file = file;
  }

  override _readStreamForRange(start: number, end: number): Readable {
    return Readable.from(pieces(this.#file, start, end), { objectMode: false });
  }

  override read(target: Buffer, offset: number, length: number, position: number, done: (error: Error | null) => void): void {
    readFully(this.#file, target.subarray(offset, offset + length), position).then(() => done(null), done);
  }
}

async function* pieces(file: RandomAccess, start: number, end: number): AsyncGenerator<Buffer> {
  for (let at = start; at < end; at += PIECE) {
    const piece = Buffer.allocUnsafe(Math.min(PIECE, end - at));
    await readFully(file, piece, at);
    yield piece;
  }
}

async function readFully(file: RandomAccess, target: Buffer, position: number): Promise<void> {
  for (let done = 0; done < target.length; ) {
    const count = await file.read(target.subarray(done), position + done);
    if (count === 0) throw new Error('it ends too early');
    done += count;
  }
}

/** Makes the error for an archive that is not complete. */
type Broken = (reason: string, cause?: unknown) => Malformed;

/** @throws Malformed */
export async function openArchive(file: RandomAccess, broken: Broken = notWorkbook): Promise<Archive> {
  const orMalformed = <T>(act: () => Promise<T>): Promise<T> =>
    act().catch((error: unknown) => {
      throw asMalformed(error, broken);
    });
  const entries = new Map<string, Entry>();
  const zip = await orMalformed(() => fromRandomAccessReaderPromise(new Reader(file), file.size, { autoClose: false }));
  await orMalformed(async () => {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  });
  const bytes = async function* (path: string): AsyncGenerator<Buffer> {
    const entry = entries.get(path);
    if (entry === undefined) throw broken(`it has no ${path}`);
    if (entry.isEncrypted())
      throw new Malformed(0, 'a zip archive with a password, which cannot be read; unpack it first', { fatal: true });
    const stream = await orMalformed(() => zip.openReadStreamPromise(entry));
    let checksum = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        checksum = crc32(chunk, checksum);
        yield chunk;
      }
      if (checksum !== entry.crc32) throw new Error(`the checksum of ${path} is wrong`);
    } catch (error) {
      throw asMalformed(error, broken);
    } finally {
      stream.destroy();
    }
  };
  const text = async function* (path: string): AsyncGenerator<string> {
    const decoder = new TextDecoder('utf-8', { fatal: true });
    try {
      for await (const chunk of bytes(path)) yield decoder.decode(chunk, { stream: true });
      yield decoder.decode();
    } catch (error) {
      throw asMalformed(error, broken);
    }
  };
  return { paths: [...entries.keys()], has: (path) => entries.has(path), bytes, text };
}

function asMalformed(error: unknown, broken: Broken): unknown {
  if (error instanceof Malformed || error instanceof UnreadableSourceError) return error;
  return broken((error as Error).message, error);
}

export function notWorkbook(reason: string, cause?: unknown): Malformed {
  return new Malformed(0, `not a complete .xlsx workbook: ${reason}`, { cause, fatal: true });
}
