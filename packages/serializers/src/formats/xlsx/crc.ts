import type { Content } from './zip-records.js';

/** Checksum and sizes of two contents one after the other. */
export function joinedContent(first: Content, second: Content): Content {
  return {
    crc: joinedCrc(first.crc, second.crc, second.size),
    size: first.size + second.size,
    compressedSize: first.compressedSize + second.compressedSize,
  };
}

/**
 * The CRC-32 of two series of bytes one after the other, from that of each. A checksum is the remainder of a polynomial over the bits 0 and 1,
 * so the first one is multiplied by x to the power of the number of bits that follow it.
 * @param length of the second series, in bytes
 */
export function joinedCrc(first: number, second: number, length: number): number {
  let shifted = first;
  // x to the power of 8, then of 16, 32 and so on: one for each binary digit of the length.
  let power = ONE >>> 8;
  for (let left = length; left > 0; left = Math.floor(left / 2)) {
    if (left % 2 === 1) shifted = product(shifted, power);
    power = product(power, power);
  }
  return (shifted ^ second) >>> 0;
}

/** The polynomial of CRC-32 without its highest term. The highest bit is the term of x to the power of 0. */
const POLYNOMIAL = 0xedb88320;
const ONE = 0x80000000;

/** The product of two polynomials, as a remainder. */
function product(a: number, b: number): number {
  let sum = 0;
  let term = b;
  for (let bit = ONE; bit !== 0; bit >>>= 1) {
    if ((a & bit) !== 0) sum ^= term;
    term = (term & 1) === 0 ? term >>> 1 : (term >>> 1) ^ POLYNOMIAL;
  }
  return sum >>> 0;
}
