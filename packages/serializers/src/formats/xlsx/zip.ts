import { crc32 } from 'node:zlib';
import { joinedContent } from './crc.js';
import { type DeflateOptions, deflated } from './deflate.js';
import { type Content, centralDirectory, dataDescriptor, dosTime, localHeader, type Member } from './zip-records.js';

/** A file inside the archive. */
export interface Part<R = never> {
  readonly name: string;
  readonly content: string | AsyncIterable<Uint8Array> | readonly Compressed<R>[];
}

/** Content that is compressed already, in runs of one stream: what stands for the bytes of a run, and its checksum and sizes. */
export interface Compressed<R> extends Content {
  readonly run: R;
}

export interface ZipOptions extends Pick<DeflateOptions, 'level' | 'reusesChunks'> {
  /** The date of every file in the archive. Default: 1980-01-01, the first that an archive can hold. */
  readonly modifiedAt: Date | undefined;
}

/** Bytes after which a chunk is passed on. */
const CHUNK = 64 * 1024;

/** An archive of parts, which are compressed when they arrive. Beyond 4 GB it uses ZIP64. */
export async function* zip(parts: AsyncIterable<Part>, options: ZipOptions): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const bytes of archive(parts, options)) {
    size += bytes.length;
    if (size < CHUNK) {
      waiting.push(options.reusesChunks ? new Uint8Array(bytes) : bytes);
      continue;
    }
    yield waiting.length === 0 ? bytes : Buffer.concat([...waiting, bytes]);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

/** The same in the pieces in which it is made. What is compressed already is given as what stands for it. */
export async function* archive<R = never>(
  parts: AsyncIterable<Part<R>>,
  { modifiedAt, ...deflating }: ZipOptions,
): AsyncGenerator<Uint8Array | R> {
  const time = dosTime(modifiedAt ?? new Date(0));
  const members: Member[] = [];
  let offset = 0;
  for await (const { name, content } of parts) {
    const header = localHeader({ name, time });
    yield header;
    let tally: Content = { crc: 0, size: 0, compressedSize: 0 };
    if (isCompressed(content)) {
      for (const compressed of content) {
        tally = joinedContent(tally, compressed);
        yield compressed.run;
      }
    } else {
      const compressing = compress(piecesOf(content), deflating);
      yield* compressing.bytes;
      tally = compressing.content();
    }
    const descriptor = dataDescriptor(tally);
    yield descriptor;
    members.push({ name, time, offset, ...tally });
    offset += header.length + tally.compressedSize + descriptor.length;
  }
  yield centralDirectory(members, offset);
}

function isCompressed<R>(content: Part<R>['content']): content is readonly Compressed<R>[] {
  return Array.isArray(content);
}

async function* piecesOf(content: string | AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  if (typeof content === 'string') yield Buffer.from(content);
  else yield* content;
}

/** Bytes of a deflate stream, and their checksum and sizes, which are known after the last one. */
export function compress(pieces: AsyncIterable<Uint8Array>, options: DeflateOptions) {
  const tally = { crc: 0, size: 0, compressedSize: 0 };
  const bytes = async function* (): AsyncGenerator<Uint8Array> {
    for await (const chunk of deflated(tallied(pieces, tally), options)) {
      tally.compressedSize += chunk.length;
      yield chunk;
    }
  };
  return { bytes: bytes(), content: (): Content => ({ ...tally }) };
}

type Tally = { -readonly [N in keyof Content]: Content[N] };

async function* tallied(pieces: AsyncIterable<Uint8Array>, tally: Tally): AsyncGenerator<Uint8Array> {
  for await (const piece of pieces) {
    // With no bytes, crc32 would restart.
    if (piece.length > 0) tally.crc = crc32(piece, tally.crc);
    tally.size += piece.length;
    yield piece;
  }
}
