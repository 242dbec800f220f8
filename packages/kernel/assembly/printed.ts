import { Decimal, ZEROS } from './decimal';
import { byteAt, copy, putByte } from './memory';

/** Largest number of digits that JavaScript prints. All are written before it is known which of them are needed. */
const MOST_DIGITS: i32 = 17;
const DIGITS = i32(memory.data(MOST_DIGITS + 16));
/** Number of digits before the point up to which JavaScript prints no exponent, and of zeros after it from which it prints one. */
export const MOST_WHOLE: i32 = 21;
const LEAST_ZEROS: i32 = 6;

/** Writes a number whose last digit is not zero, as JavaScript prints it. @returns the address after it */
export function putDecimal(to: i32): i32 {
  let at = to;
  let from = DIGITS;
  const upper = Decimal.digits / 100_000_000;
  const lower = u32(Decimal.digits - upper * 100_000_000);
  const first = u32(upper) / 100_000_000;
  putByte(from, 0x30 + i32(first));
  putEight(from + 1, u32(upper) - first * 100_000_000);
  putEight(from + 9, lower);
  while (byteAt(from) == 0x30) from++;
  const count = DIGITS + MOST_DIGITS - from;
  const whole = count + Decimal.power;
  if (whole > MOST_WHOLE || whole <= -LEAST_ZEROS) {
    putByte(at++, byteAt(from));
    if (count > 1) at = putDigits(from + 1, count - 1, point(at));
    putByte(at, 0x65);
    putByte(at + 1, whole > 0 ? 0x2b : 0x2d);
    return putExponent(abs(whole - 1), at + 2);
  }
  if (whole <= 0) {
    putByte(at++, 0x30);
    return putDigits(from, count, putZeros(-whole, point(at)));
  }
  if (whole >= count) return putZeros(whole - count, putDigits(from, count, at));
  return putDigits(from + whole, count - whole, point(putDigits(from, whole, at)));
}

@inline function point(at: i32): i32 {
  putByte(at, 0x2e);
  return at + 1;
}

@inline function putDigits(from: i32, count: i32, at: i32): i32 {
  copy(at, from, count);
  return at + count;
}

/** @param count at most `MOST_WHOLE` */
function putZeros(count: i32, at: i32): i32 {
  for (let done = 0; done < count; done += 8) store<u64>(at + done, ZEROS);
  return at + count;
}

function putExponent(exponent: i32, at: i32): i32 {
  if (exponent >= 100) putByte(at++, 0x30 + exponent / 100);
  if (exponent >= 10) putByte(at++, 0x30 + exponent / 10 % 10);
  putByte(at, 0x30 + exponent % 10);
  return at + 1;
}

/** Writes a number as eight digits. It is divided into halves: 4 and 4, 2 and 2, 1 and 1, each in bytes of its own. */
@inline function putEight(at: i32, number: u32): void {
  const upper = number / 10_000;
  const fours = u64(upper) | u64(number - upper * 10_000) << 32;
  // A product and a shift divide by 100 and by 10, because the numbers are small.
  const hundreds = (fours * 5243 >> 19) & 0x0000007f0000007f;
  const pairs = hundreds | fours - hundreds * 100 << 16;
  const tens = (pairs * 103 >> 10) & 0x000f000f000f000f;
  store<u64>(at, ZEROS + (tens | pairs - tens * 10 << 8));
}
