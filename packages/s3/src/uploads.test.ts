import type { Piece } from '@dataset-items/parts';
import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { lengthOf, type Upload, uploadsOf } from './uploads.js';

const limits = { least: 5, most: 100 };
const stored = (name: string, length: number, from = 0): Piece => ({ name, from, to: from + length });
const bytes = (length: number): Piece => new Uint8Array(length).fill(length);

/** `a0-9` is copied, `[a0-2 b3]` is gathered; a number is a piece in memory of so many bytes. */
const written = (uploads: readonly Upload[]): string =>
  uploads.map((upload) => ('copy' in upload ? shown(upload.copy) : `[${upload.gather.map(shown).join(' ')}]`)).join(', ');
const shown = (piece: Piece): string =>
  piece instanceof Uint8Array ? String(piece.length) : `${piece.name}${piece.from}-${piece.to}`;

describe('the uploads of pieces', () => {
  it.each<readonly [string, readonly Piece[], string]>([
    ['nothing', [], ''],
    ['pieces without bytes', [bytes(0), stored('a', 0)], ''],
    ['one small piece', [bytes(3)], '[3]'],
    ['one large piece', [stored('a', 9)], 'a0-9'],
    ['a piece of exactly the least size', [stored('a', 5)], 'a0-5'],
    ['a head is filled up from a piece that stays large enough', [bytes(2), stored('a', 8)], '[2 a0-3], a3-8'],
    ['a head takes a piece that would not', [bytes(2), stored('a', 7)], '[2 a0-7]'],
    ['pieces keep their places in the stored object', [bytes(4), stored('a', 10, 2)], '[4 a2-3], a3-12'],
    ['small pieces are gathered', [stored('a', 2), stored('b', 2), stored('c', 2), stored('d', 1)], '[a0-2 b0-2 c0-2], [d0-1]'],
    ['the last upload may be small', [stored('a', 6), bytes(1)], 'a0-6, [1]'],
    ['a small piece between large ones', [stored('a', 6), stored('b', 1), stored('c', 20)], 'a0-6, [b0-1 c0-4], c4-20'],
    ['bytes in memory that are large', [bytes(7), stored('a', 5)], '[7], a0-5'],
    ['a piece in memory is cut too', [stored('a', 1), bytes(9)], '[a0-1 4], [5]'],
    ['a piece larger than a store copies at once', [stored('a', 250)], 'a0-83, a83-166, a166-250'],
    ['the largest that it copies', [stored('a', 100)], 'a0-100'],
  ])('%s', (_, pieces, expected) => {
    expect(written(uploadsOf(pieces, limits))).toBe(expected);
  });

  it('of S3: 5 MiB at least, 5 GiB at most', () => {
    const MIB = 1024 * 1024;
    const pieces = [bytes(3), stored('a', 10 * MIB), stored('b', 5 * MIB - 1), stored('c', 10 * 1024 * MIB + 2)];
    expect(uploadsOf(pieces).map((upload) => ('copy' in upload ? 'copy' : String(upload.gather.length)))).toEqual([
      ...['2', 'copy', '2'],
      ...['copy', 'copy', 'copy'],
    ]);
  });

  it('have all bytes in their order, and only the last is small', () => {
    const piece = fc.oneof(
      fc.nat(12).map(bytes),
      fc.record({ name: fc.constantFrom('a', 'b'), length: fc.nat(300), from: fc.nat(5) }).map(({ name, length, from }) => {
        return stored(name, length, from);
      }),
    );
    fc.assert(
      fc.property(fc.array(piece, { maxLength: 12 }), (pieces) => {
        const uploads = uploadsOf(pieces, limits);
        const parts = uploads.map((upload) => ('copy' in upload ? [upload.copy] : upload.gather));
        const places = (all: readonly Piece[]): unknown[] =>
          all.flatMap((each): (number | string)[] =>
            each instanceof Uint8Array
              ? [...each]
              : Array.from({ length: each.to - each.from }, (_, n) => `${each.name}${each.from + n}`),
          );
        expect(places(parts.flat())).toEqual(places(pieces));
        const sizes = parts.map((part) => part.reduce((sum, each) => sum + lengthOf(each), 0));
        expect(sizes.slice(0, -1).every((size) => size >= limits.least)).toBe(true);
        expect(sizes.every((size) => size > 0 && size <= limits.most)).toBe(true);
        // What is sent by this process is small, whatever is stored.
        const sent = uploads.filter(
          (upload) => 'gather' in upload && upload.gather.some((each) => !(each instanceof Uint8Array)),
        );
        expect(sent.every((upload) => 'gather' in upload && lengthsOf(upload.gather) < 3 * limits.least)).toBe(true);
        expect(uploads.length).toBeLessThanOrEqual(
          pieces.length + 1 + pieces.filter((each) => lengthOf(each) > limits.most).length * 4,
        );
      }),
    );
  });
});

function lengthsOf(pieces: readonly Piece[]): number {
  return pieces.reduce((sum, piece) => sum + lengthOf(piece), 0);
}
