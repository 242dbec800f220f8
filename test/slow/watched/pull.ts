import { createHash } from 'node:crypto';
import { createReadStream, createWriteStream } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { PassThrough, Transform } from 'node:stream';
import { pipeline } from 'node:stream/promises';
import { createBrotliDecompress, createGunzip } from 'node:zlib';

const unpackers = { gzip: createGunzip, br: createBrotliDecompress, identity: () => new PassThrough() } as const;
export type Coding = keyof typeof unpackers;

export interface Pulled {
  /** Hash of the received bytes. */
  readonly hash: string;
  readonly coding: Coding;
}

/** Writes a complete response to a file while it arrives. @throws if it is refused or cut off */
export async function pull(url: string, asked: Coding, path: string): Promise<Pulled> {
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    get(url, { agent: false, headers: { 'accept-encoding': asked } }, resolve).once('error', reject);
  });
  if (response.statusCode !== 200) throw new Error(`${url}: status ${response.statusCode}`);
  const coding = (response.headers['content-encoding'] ?? 'identity') as Coding;
  const hash = createHash('sha256');
  const hashed = new Transform({
    transform: (chunk: Buffer, _, done) => {
      hash.update(chunk);
      done(null, chunk);
    },
  });
  await pipeline(response, hashed, createWriteStream(path));
  return { hash: hash.digest('hex'), coding };
}

export async function unpack(path: string, coding: Coding, target: string): Promise<void> {
  await pipeline(createReadStream(path), unpackers[coding](), createWriteStream(target));
}
