import { brotliDecompressSync, constants, createBrotliDecompress, createGunzip, gunzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { codingFor, compress } from './encoding.js';

const rows: readonly [acceptEncoding: string | null, compressible: boolean, coding: string, why: string][] = [
  [null, true, 'identity', 'a client that says nothing gets the bytes as they are'],
  ['', true, 'identity', 'nothing but the bytes as they are'],
  ['gzip, deflate, br', true, 'br', 'ours is brotli where the client has no favourite'],
  ['br, gzip', true, 'br', 'whatever the order'],
  ['gzip, deflate', true, 'gzip', 'gzip'],
  ['x-gzip', true, 'gzip', 'the old name of gzip'],
  ['GZIP;Q=1', true, 'gzip', 'names have no case'],
  ['deflate, zstd', true, 'identity', 'none of ours'],
  ['br;q=0.1, gzip;q=0.9', true, 'gzip', 'the favourite wins'],
  ['br ; q=0, gzip', true, 'gzip', 'a weight of 0 is a no'],
  ['identity, gzip;q=0.5', true, 'identity', 'the bytes as they are may be the favourite'],
  ['identity;q=0.5, gzip', true, 'gzip', 'or may not'],
  ['br;q=.5, identity;q=.5', true, 'br', 'liked as much as the bytes as they are: compressed'],
  ['gzip;q=.5, identity;q=.5', true, 'gzip', 'the same for gzip'],
  ['br;q=.5, identity;q=.6', true, 'identity', 'liked less: not compressed'],
  ['br;q=.5, gzip;q=.5', true, 'br', 'liked equally: ours is brotli'],
  ['br;q=.5, gzip;q=.6, identity;q=.55', true, 'gzip', 'the favourite of three'],
  ['*', true, 'br', 'anything: ours is brotli'],
  ['*;q=0.5, br;q=0.1', true, 'gzip', 'a star speaks for what is not named'],
  ['br;q=0, *', true, 'gzip', 'and for nothing that is'],
  ['identity;q=0, gzip', true, 'gzip', 'not as they are'],
  ['identity;q=0', true, 'identity', 'nothing is left: rather the bytes than a 406'],
  ['gzip;q=0, *;q=0', true, 'identity', 'the same with a star'],
  ['gzip;q=much', true, 'identity', 'a weight that is no number is none'],
  ['gzip, br', false, 'identity', 'a workbook is compressed already'],
  ['identity;q=0, gzip', false, 'gzip', 'a workbook for a client that refuses it as it is'],
  ['*;q=0, gzip', false, 'gzip', 'the same with a star'],
];

describe('the coding of a response', () => {
  it.each(rows)('%j, compressible %s: %s: %s', (acceptEncoding, compressible, coding) => {
    expect(codingFor(acceptEncoding, compressible)).toBe(coding);
  });
});

const codings = [
  { coding: 'gzip', unpack: gunzipSync, unpacker: () => createGunzip({ finishFlush: constants.Z_SYNC_FLUSH }) },
  { coding: 'br', unpack: brotliDecompressSync, unpacker: () => createBrotliDecompress() },
] as const;

describe('compression', () => {
  for (const { coding, unpack, unpacker } of codings) {
    it(`${coding}: unpacks to the same bytes`, async () => {
      const chunks = Array.from({ length: 50 }, (_, n) => Buffer.from(`${n} `.repeat(20_000)));
      const unpacked = unpack(Buffer.concat(await collected(compress(iteratorOf(chunks), coding, true))));
      expect(unpacked.equals(Buffer.concat(chunks))).toBe(true);
      expect(unpack(Buffer.concat(await collected(compress(iteratorOf([]), coding, true))))).toEqual(Buffer.alloc(0));
    });

    it.each([false, true])(`${coding}: the bytes depend on where chunks end if they are flushed: %s`, async (flushes) => {
      const text = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `${n} ${n % 7} `).join(''));
      const cutAt = [1, 1000, 65_536, 100_000];
      const chunks = [0, ...cutAt].map((from, at) => text.subarray(from, cutAt[at]));
      const whole = Buffer.concat(await collected(compress(iteratorOf([text]), coding, flushes)));
      const cut = Buffer.concat(await collected(compress(iteratorOf(chunks), coding, flushes)));
      expect([unpack(cut).equals(text), cut.equals(whole)]).toEqual([true, !flushes]);
    });

    it(`${coding}: available bytes are sent before the rest arrives`, async () => {
      const compressed = compress(
        (async function* () {
          yield Buffer.from('here already');
          yield await new Promise<never>(() => {});
        })(),
        coding,
        true,
      );
      const unpacking = unpacker();
      const text = new Promise<string>((resolve) => {
        unpacking.on('data', (chunk) => resolve(String(chunk)));
      });
      const feed = async (): Promise<void> => {
        for await (const chunk of compressed) unpacking.write(chunk);
      };
      feed().catch(() => undefined);
      expect(await text).toBe('here already');
    });

    it(`${coding}: reads no more than its buffers hold`, async () => {
      let asked = 0;
      const endless = (async function* () {
        for (;;) {
          asked++;
          yield crypto.getRandomValues(Buffer.alloc(64 * 1024));
        }
      })();
      const compressed = compress(endless, coding, true);
      await compressed.next();
      await new Promise((resolve) => setTimeout(resolve, 50));
      expect(asked).toBeLessThan(10);
      await compressed.return(undefined);
    });

    it(`${coding}: ending it early ends the chunks`, async () => {
      let left = false;
      const chunks = (async function* () {
        try {
          for (;;) yield Buffer.from('x'.repeat(100_000));
        } finally {
          left = true;
        }
      })();
      for await (const _ of compress(chunks, coding, true)) break;
      expect(left).toBe(true);
    });

    it(`${coding}: a failure of the chunks is passed on`, async () => {
      const chunks = (async function* () {
        yield Buffer.from('x');
        throw new Error('torn');
      })();
      await expect(collected(compress(chunks, coding, true))).rejects.toThrow('torn');
    });
  }
});

async function* iteratorOf(chunks: readonly Buffer[]): AsyncGenerator<Uint8Array> {
  yield* chunks;
}

async function collected(chunks: AsyncIterable<Uint8Array>): Promise<Uint8Array[]> {
  const list: Uint8Array[] = [];
  for await (const chunk of chunks) list.push(chunk);
  return list;
}
