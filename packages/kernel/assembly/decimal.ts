import { byteAt } from './memory';

/** A decimal number: `digits` times ten to the power of `power`. */
export class Decimal {
  static digits: u64 = 0;
  static power: i32 = 0;
  /** Whether the text has more digits, which are not all zeros. */
  static hasMore: bool = false;
}

/** The powers of five, from 0 to 25. */
const FIVES = i32(memory.data<u64>([
  1, 5, 25, 125, 625, 3_125, 15_625, 78_125, 390_625, 1_953_125, 9_765_625, 48_828_125, 244_140_625, 1_220_703_125, 6_103_515_625,
  30_517_578_125, 152_587_890_625, 762_939_453_125, 3_814_697_265_625, 19_073_486_328_125, 95_367_431_640_625, 476_837_158_203_125,
  2_384_185_791_015_625, 11_920_928_955_078_125, 59_604_644_775_390_625, 298_023_223_876_953_125,
]));

@inline export function fiveTo(power: i32): u64 { return load<u64>(FIVES + (power << 3)); }

/** Number of digits that fit into 64 bits. */
const MOST_DIGITS: i32 = 19;
/** An exponent from here on has enough digits: no item is long enough to make up for it. */
const HUGE: i32 = 100_000_000;

/**
 * Reads a number as its digits.
 * @param first address of the first digit
 * @param point address of the point, or of the end of the digits
 * @param last address after the last digit
 * @param end address after the number: after `last` come the letter and the digits of an exponent, if there is one
 */
export function readDecimal(first: i32, point: i32, last: i32, end: i32): void {
  const places = max(last - point - 1, 0);
  let start = first;
  while (start < last && (byteAt(start) == 0x30 || start == point)) start++;
  const count = last - start - (start < point && point < last ? 1 : 0);
  const taken = min(count, MOST_DIGITS);
  const whole = min(max(point - start, 0), taken);
  const digits = digitsFrom(0, start, whole);
  const from = start < point ? point + 1 : start;
  Decimal.digits = digitsFrom(digits, from, taken - whole);
  Decimal.power = (last == end ? 0 : exponentOf(last + 1, end)) + count - taken - places;
  Decimal.hasMore = count > taken && hasMore(whole < taken ? from + taken - whole : start + taken, last);
}

function hasMore(from: i32, last: i32): bool {
  for (let at = from; at < last; at++) if (byteAt(at) > 0x30) return true;
  return false;
}

/** A number with further digits after it, of which eight are read at once. */
function digitsFrom(before: u64, from: i32, count: i32): u64 {
  let digits = before;
  let at = from;
  let left = count;
  for (; left >= 8; left -= 8, at += 8) digits = digits * 100_000_000 + eightDigits(load<u64>(at) - ZEROS);
  if (left == 0) return digits;
  // What comes after the digits is shifted out, and zeros come before them.
  return digits * (fiveTo(left) << u64(left)) + eightDigits((load<u64>(at) - ZEROS) << u64(64 - 8 * left));
}

/** Eight times the digit zero. */
export const ZEROS: u64 = 0x3030303030303030;

/** The number of eight bytes, each of which is a digit, the first one being the lowest byte. Neighbours are joined: 1 and 1, 2 and 2, 4 and 4. */
@inline function eightDigits(bytes: u64): u64 {
  const pairs = (bytes * 10 + (bytes >> 8)) & 0x00ff00ff00ff00ff;
  const fours = (pairs * 100 + (pairs >> 16)) & 0x0000ffff0000ffff;
  return (fours * 10_000 + (fours >> 32)) & 0xffffffff;
}

/** @param at address of the sign or first digit */
function exponentOf(at: i32, end: i32): i32 {
  const isNegative = byteAt(at) == 0x2d;
  if (isNegative || byteAt(at) == 0x2b) at++;
  let exponent = 0;
  for (; at < end; at++) if (exponent < HUGE) exponent = exponent * 10 + byteAt(at) - 0x30;
  return isNegative ? -exponent : exponent;
}
