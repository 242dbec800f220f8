import { crc32 } from 'node:zlib';
import fc from 'fast-check';
import { expect, it } from 'vitest';
import { joinedContent, joinedCrc } from './crc.js';

it('the checksum of two series of bytes follows from that of each', () => {
  fc.assert(
    fc.property(fc.uint8Array({ maxLength: 300 }), fc.uint8Array({ maxLength: 300 }), (first, second) => {
      expect(joinedCrc(crc32(first), crc32(second), second.length)).toBe(crc32(Buffer.concat([first, second])));
    }),
  );
});

it('also of more than 4 GB', () => {
  // So many zero bytes, in two halves.
  const half = { crc: 0, size: 1, compressedSize: 3 };
  const zeros = Array.from({ length: 33 }).reduce<typeof half>((all) => joinedContent(all, all), {
    ...half,
    crc: crc32(Buffer.alloc(1)),
  });
  expect(zeros).toEqual({ crc: zeros.crc, size: 2 ** 33, compressedSize: 3 * 2 ** 33 });
  const inThree = joinedCrc(joinedCrc(crc32(Buffer.alloc(5)), zeros.crc, 2 ** 33), crc32(Buffer.alloc(7)), 7);
  const fifth = joinedCrc(crc32(Buffer.alloc(12)), zeros.crc, 2 ** 33);
  expect(inThree).toBe(fifth);
});
