import { crc32 } from 'node:zlib';
import { deflated } from './deflate.js';
import { type Content, centralDirectory, dataDescriptor, dosTime, localHeader, type Member } from './zip-records.js';

/** A file inside the archive. */
export interface Part {
  readonly name: string;
  readonly content: string | AsyncIterable<Uint8Array>;
}

export interface ZipOptions {
  /** Of deflate, 1 to 9. */
  readonly level: number;
  /** Stands at every file. Default: 1980-01-01, the first that an archive can hold. */
  readonly modifiedAt: Date | undefined;
}

/** Bytes after which a chunk is handed on. */
const CHUNK = 64 * 1024;

/** An archive of parts, each compressed as it comes; past 4 GB it is ZIP64. */
export async function* zip(parts: AsyncIterable<Part>, options: ZipOptions): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of archive(parts, options)) {
    waiting.push(bytes);
    size += bytes.length;
    if (size < CHUNK) continue;
    yield waiting.length === 1 ? bytes : Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

async function* archive(parts: AsyncIterable<Part>, { level, modifiedAt }: ZipOptions): AsyncGenerator<Uint8Array> {
  const time = dosTime(modifiedAt ?? new Date(0));
  const members: Member[] = [];
  let offset = 0;
  for await (const { name, content } of parts) {
    const header = localHeader({ name, time });
    yield header;
    const tally = { crc: 0, size: 0, compressedSize: 0 };
    for await (const bytes of deflated(tallied(piecesOf(content), tally), level)) {
      tally.compressedSize += bytes.length;
      yield bytes;
    }
    const descriptor = dataDescriptor(tally);
    yield descriptor;
    members.push({ name, time, offset, ...tally });
    offset += header.length + tally.compressedSize + descriptor.length;
  }
  yield centralDirectory(members, offset);
}

async function* piecesOf(content: Part['content']): AsyncGenerator<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content);
  else yield* content;
}

type Tally = { -readonly [N in keyof Content]: Content[N] };

async function* tallied(pieces: AsyncIterable<Uint8Array>, tally: Tally): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    // For no bytes it would start anew.
    if (piece.length > 0) tally.crc = crc32(piece, tally.crc);
    tally.size += piece.length;
    yield piece;
  }
}
