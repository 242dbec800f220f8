import { spawnSync } from 'node:child_process';
import { createWriteStream, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { pipeline } from 'node:stream/promises';
import { crc32 } from 'node:zlib';
import { afterAll, expect, it } from 'vitest';
import { openPromise } from 'yauzl';
import { type Part, zip } from '../../packages/serializers/src/formats/xlsx/zip.js';

const scratch = mkdtempSync(join(tmpdir(), 'zip64-'));
afterAll(() => rmSync(scratch, { recursive: true }));

const piece = Buffer.from(Array.from({ length: 40_000 }, (_, n) => `<c r="A${n}"><v>${(n * 7919) % 97}</v></c>`).join(''));
const count = Math.ceil(4.1e9 / piece.length);

it('a part of more than 4 GB, and one after it, read back whole', async () => {
  const path = join(scratch, 'large.zip');
  const large = async function* (): AsyncGenerator<Uint8Array> {
    for (let n = 0; n < count; n++) yield piece;
  };
  const parts = async function* (): AsyncGenerator<Part> {
    yield { name: 'large.xml', content: large() };
    yield { name: 'small.xml', content: 'a' };
  };
  await pipeline(zip(parts(), { level: 1, modifiedAt: undefined }), createWriteStream(path));

  const archive = await openPromise(path, { autoClose: false });
  const read: unknown[] = [];
  for await (const entry of archive.eachEntry()) {
    let [crc, size] = [0, 0];
    for await (const chunk of await archive.openReadStreamPromise(entry)) {
      crc = crc32(chunk, crc);
      size += chunk.length;
    }
    read.push({ name: entry.fileName, size, isCrc: crc === entry.crc32 });
  }
  archive.close();
  expect(read).toEqual([
    { name: 'large.xml', size: count * piece.length, isCrc: true },
    { name: 'small.xml', size: 1, isCrc: true },
  ]);
  const { error, status, stdout } = spawnSync('unzip', ['-tq', path], { encoding: 'utf8' });
  if (error === undefined) expect([status, stdout]).toEqual([0, expect.stringMatching(/^No errors detected/)]);
});
