import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, describe, expect, it } from 'vitest';
import { noTail, offsetsOf, walk } from './checkpoints.js';
import { type Blocks, verifiedChunks } from './verified.js';

const folder = mkdtempSync(join(tmpdir(), 'dataset-items-verified-'));
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const MEBIBYTE = 1024 * 1024;
const written = Buffer.from('{"text":"abcdefghijklmnopqrstuvwxyz"}\n'.repeat(100_000));

function blocksOf(name: string): Blocks {
  const path = join(folder, name);
  writeFileSync(path, written);
  const { added, ...counts } = walk({ items: 0, size: 0, tail: noTail }, [written]);
  return {
    path,
    stretch: { start: 0, end: counts.size, line: 1 },
    counts,
    offsets: offsetsOf(added),
  };
}

/** The sizes of the chunks of a walk, whose bytes are compared with those that were written. */
async function sizesOf(blocks: Blocks, most = Number.POSITIVE_INFINITY): Promise<number[]> {
  const sizes: number[] = [];
  let at = 0;
  for await (const { bytes, release } of verifiedChunks(blocks)) {
    expect(bytes.equals(written.subarray(at, at + bytes.length))).toBe(true);
    at += bytes.length;
    sizes.push(bytes.length);
    release?.();
    if (sizes.length === most) break;
  }
  return sizes;
}

describe('chunks of verified blocks', () => {
  it('have up to 2 MiB for one reader, also after many walks that ended early or failed', async () => {
    const blocks = blocksOf('one.jsonl');
    const first = await sizesOf(blocks);
    expect(first.reduce((sum, size) => sum + size, 0)).toBe(written.length);
    expect(first[0]).toBeGreaterThan(1.9 * MEBIBYTE);
    expect(Math.max(...first)).toBeLessThanOrEqual(2 * MEBIBYTE);
    for (let walk = 0; walk < 5; walk++) await sizesOf(blocks, 1);
    const damaged = blocksOf('damaged.jsonl');
    writeFileSync(damaged.path, Buffer.from(written).fill('x', 100, 101));
    for (let walk = 0; walk < 5; walk++) await expect(sizesOf(damaged)).rejects.toThrow('checksum');
    expect(await sizesOf(blocks)).toEqual(first);
  });

  it('have up to 512 KiB while three read', async () => {
    const blocks = blocksOf('three.jsonl');
    const others = [verifiedChunks(blocks), verifiedChunks(blocks)];
    for (const other of others) await other.next();
    const sizes = await sizesOf(blocks);
    for (const other of others) await other.return(undefined);
    expect(sizes.reduce((sum, size) => sum + size, 0)).toBe(written.length);
    expect(Math.max(...sizes)).toBeLessThanOrEqual(MEBIBYTE / 2);
    expect((await sizesOf(blocks))[0]).toBeGreaterThan(1.9 * MEBIBYTE);
  });
});
