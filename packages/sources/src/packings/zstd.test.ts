import { readFileSync } from 'node:fs';
import { Readable } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../file.js';
import { streamSource } from '../stream.js';
import { bothReadings } from '../testing/json-items.js';
import { itemsOf, noFacts, readUntilFailure, scratchDirectory } from '../testing/scratch.js';
import { unpack } from './unpack.js';
import { zstd } from './zstd.js';

const scratch = scratchDirectory();
const fixture = (name: string): string => new URL(`../../../../test/fixtures/${name}`, import.meta.url).pathname;
const itemsTo = (count: number) => Array.from({ length: count }, (_, n) => ({ n, text: `item ${n % 97} of many` }));

/** Made by the command zstd. */
const files: readonly (readonly [string, readonly unknown[]])[] = [
  ['zstd/many.jsonl.zst', itemsTo(20_000)],
  ['zstd/frames.jsonl.zst', itemsTo(600)],
  ['zstd/skippable-first.jsonl.zst', itemsTo(300)],
  ['zstd/empty.jsonl.zst', []],
  ['zstd/blanks.jsonl.zst', []],
  ['from-reports/A30-z.jsonl.zst', [{ a: 1 }]],
];

describe.each(files)('%s', (name, items) => {
  it('is read', async () => {
    const source = await fileSource(fixture(name));
    const { objects, json } = await bothReadings(source);
    expect(objects?.items).toEqual(items);
    expect(json).toEqual(objects);
    expect(await itemsOf(source, { desc: true, limit: 2 })).toEqual(items.toReversed().slice(0, 2));
  });

  it('in pieces, by its first bytes alone', async () => {
    const bytes = readFileSync(fixture(name));
    const size = Math.max(1, bytes.length >> 10);
    const pieces = Array.from({ length: Math.ceil(bytes.length / size) }, (_, n) => bytes.subarray(n * size, (n + 1) * size));
    expect(await itemsOf(streamSource(Readable.from(pieces), noFacts))).toEqual(items);
  });
});

describe('refused', () => {
  const whole = readFileSync(fixture('zstd/frames.jsonl.zst'));

  it.each(Array.from({ length: 40 }, (_, n) => whole.length - 1 - n * 43))('data cut after %i bytes', async (length) => {
    // Cut between the frames, it is complete.
    const [first, second] = [whole.indexOf('abc') - 8, whole.indexOf('abc') + 3];
    const { error } = await readUntilFailure(await fileSource(scratch.write('cut.zst', whole.subarray(0, length))));
    if (length === first || length === second) expect(error).toBeUndefined();
    else expect(error?.message).toMatch(/the zstd data (ends too early|is corrupt)/);
  });

  it.each([
    ['a frame without its checksum', 'frames', -1],
    ['a frame without its last block', 'many', -30],
    ['the start of another frame', 'frames', 2],
    ['the start of a frame to skip', 'frames', 6],
  ])('%s', async (_, name, more) => {
    const bytes = readFileSync(fixture(`zstd/${name}.jsonl.zst`));
    const next = Buffer.from('50 2a 4d 18 ff 00 00 00'.replaceAll(' ', ''), 'hex');
    const cut = more < 0 ? bytes.subarray(0, more) : Buffer.concat([bytes, next.subarray(0, more)]);
    const { error } = await readUntilFailure(await fileSource(scratch.write('cut.zst', cut)));
    expect(error?.message).toContain('the zstd data ends too early');
  });

  it.each([
    ['a window of 1 GiB', '28b52ffd04a03d19001a4e14091a802729b418c8f0c3d14b719b68028897dddd', 'a window of more than 128 MiB'],
    ['a content of 1 TiB in one segment', '28b52ffde00000000000010000010000', 'a window of more than 128 MiB'],
    ['a dictionary', '28b52ffd210508010000610000000000000000000000', 'the zstd data needs a dictionary'],
    ['a block of an unknown type', '28b52ffd2008470000616263646566676800000000', 'the zstd data is corrupt'],
    ['something after the frames', '28b52ffd200849000061626364656667686869', 'the zstd data'],
  ])('%s', async (_, hex, message) => {
    const { items, error } = await readUntilFailure(await fileSource(scratch.write('wrong.zst', Buffer.from(hex, 'hex'))));
    expect(error?.message).toContain(message);
    expect(items).toEqual([]);
  });
});

it('blocks of highly compressed data are given one by one', async () => {
  const size = 128 * 1024;
  const blocks = Array.from({ length: 40 }, (_, index) => {
    const bits = (index === 39 ? 1 : 0) | (1 << 1) | (size << 3);
    return [bits & 0xff, (bits >> 8) & 0xff, bits >> 16, 0x0a];
  });
  const frame = Buffer.from([0x28, 0xb5, 0x2f, 0xfd, 0x00, 0x38, ...blocks.flat()]);
  const lengths: number[] = [];
  for await (const { length } of unpack(zstd, Readable.from([frame]))) lengths.push(length);
  expect(lengths).toEqual(blocks.map(() => size));
});
