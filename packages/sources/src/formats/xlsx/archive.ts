import { Readable } from 'node:stream';
import { crc32 } from 'node:zlib';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { type Entry, fromRandomAccessReaderPromise, RandomAccessReader } from 'yauzl';
import type { RandomAccess } from '../../bytes.js';
import { Malformed } from '../../faults.js';

/** The parts of a workbook. */
export interface Archive {
  has(path: string): boolean;
  /** A part as text, checked against its checksum at the end. @throws Malformed */
  text(path: string): AsyncGenerator<string>;
}

const PIECE = 64 * 1024;

/** yauzl asks for the bytes of an archive through a class of its own. */
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

/** @throws Malformed */
export async function openArchive(file: RandomAccess): Promise<Archive> {
  const entries = new Map<string, Entry>();
  const zip = await telling(() => fromRandomAccessReaderPromise(new Reader(file), file.size, { autoClose: false }));
  await telling(async () => {
    for await (const entry of zip.eachEntry()) entries.set(entry.fileName, entry);
  });
  const text = async function* (path: string): AsyncGenerator<string> {
    const entry = entries.get(path);
    if (entry === undefined) throw notWorkbook(`it has no ${path}`);
    const decoder = new TextDecoder('utf-8', { fatal: true });
    const stream = await telling(() => zip.openReadStreamPromise(entry));
    let checksum = 0;
    try {
      for await (const chunk of stream as AsyncIterable<Buffer>) {
        checksum = crc32(chunk, checksum);
        yield decoder.decode(chunk, { stream: true });
      }
      if (checksum !== entry.crc32) throw new Error(`the checksum of ${path} is wrong`);
      yield decoder.decode();
    } catch (error) {
      throw asMalformed(error);
    } finally {
      stream.destroy();
    }
  };
  return { has: (path) => entries.has(path), text };
}

async function telling<T>(act: () => Promise<T>): Promise<T> {
  return act().catch((error: unknown) => {
    throw asMalformed(error);
  });
}

function asMalformed(error: unknown): unknown {
  if (error instanceof Malformed || error instanceof UnreadableSourceError) return error;
  return notWorkbook((error as Error).message, error);
}

export function notWorkbook(reason: string, cause?: unknown): Malformed {
  return new Malformed(0, `not a whole .xlsx workbook: ${reason}`, { cause, fatal: true });
}
