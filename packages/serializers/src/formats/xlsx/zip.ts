import { Readable } from 'node:stream';
import { finished } from 'node:stream/promises';

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
export async function* zip(parts: AsyncIterable<Part>, { level, modifiedAt }: ZipOptions): AsyncGenerator<Uint8Array> {
  const { ZipFile } = await import('yazl');
  const archive = new ZipFile();
  const output = archive.outputStream as Readable;
  const options = { compressionLevel: level, mtime: inUniversalTime(modifiedAt), forceDosTimestamp: true };
  let reading: Readable | undefined;
  const fill = async (): Promise<void> => {
    for await (const { name, content } of parts) {
      if (typeof content === 'string') archive.addBuffer(Buffer.from(content), name, options);
      else {
        reading = Readable.from(content, { objectMode: false });
        archive.addReadStream(reading, name, options);
        await finished(reading);
      }
    }
    archive.end();
  };
  const filled = fill().catch((error: Error) => output.destroy(error));
  try {
    yield* gathered(output);
  } finally {
    reading?.destroy();
    output.destroy();
    await filled;
  }
}

async function* gathered(chunks: AsyncIterable<Uint8Array>): AsyncGenerator<Uint8Array> {
  let waiting: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of chunks) {
    waiting.push(chunk);
    size += chunk.length;
    if (size < CHUNK) continue;
    yield Buffer.concat(waiting);
    waiting = [];
    size = 0;
  }
  if (size > 0) yield Buffer.concat(waiting);
}

const DAY = 24 * 60 * 60 * 1000;
/** The ends of the time that an archive can hold, a day in: the library compares with ends that are local. */
const FIRST = Date.UTC(1980, 0, 2);
const LAST = Date.UTC(2107, 11, 30);

/**
 * Archives hold the time of some clock on a wall, and the library asks for the local one, which differs from machine to machine.
 * This date answers with universal time.
 */
function inUniversalTime(date: Date | undefined): Date {
  const time = date?.getTime() ?? 0;
  const universal = new Date(time < FIRST ? FIRST - DAY : Math.min(time, LAST));
  return Object.assign(new Date(Math.max(universal.getTime(), FIRST)), {
    getFullYear: () => universal.getUTCFullYear(),
    getMonth: () => universal.getUTCMonth(),
    getDate: () => universal.getUTCDate(),
    getHours: () => universal.getUTCHours(),
    getMinutes: () => universal.getUTCMinutes(),
    getSeconds: () => universal.getUTCSeconds(),
  });
}
