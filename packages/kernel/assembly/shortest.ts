import { Decimal, fiveTo } from './decimal';

/** Largest number of digits with which every decimal is the shortest text of its double: their number is below this one. */
const SAFE: u64 = 1_000_000_000_000_000;
/** Powers of ten within which this holds. Doubles that are smaller have fewer bits. */
const SAFE_POWER: i32 = 290;
/** Largest powers of ten and of two with which the arithmetic below fits into 64 bits: `spacing` is less than 2^59, `unit` than 2^59. */
const MOST_POWER: i32 = 25;
const MOST_TWOS: i32 = 57;

const LEAST_BITS: u64 = 0x10000000000000;
const MOST_BITS: u64 = 0x20000000000000;

/** The results of `shortenDecimal`. */
export const SAME: i32 = 0;
export const IS_CHANGED: i32 = 1;
export const NOT_KNOWN: i32 = -1;

/**
 * Replaces the decimal number that was read by the shortest one that gives the same double; of several, by the nearest to it. It is found in
 * integers, because asking the host for each number costs more than parsing the item.
 *
 * The number is w * 10^q, and the nearest double is m / 2^s. Multiplied by the same powers of two and five they are the integers w * unit and
 * m * spacing: `unit` is one in the last digit of w, and `spacing` the distance of two doubles. `off`, the difference of these products, fits
 * into 64 bits, although neither product does.
 * @returns whether the number is another one then, or NOT_KNOWN
 */
export function shortenDecimal(): i32 {
  const w = Decimal.digits;
  const q = Decimal.power;
  if (w < SAFE) {
    if (abs(q) >= SAFE_POWER) return NOT_KNOWN;
    takeZeros();
    return SAME;
  }
  if (abs(q) > MOST_POWER) return NOT_KNOWN;
  const fives = fiveTo(abs(q));
  const factor = f64(fives) * f64(u64(1) << u64(abs(q)));
  const bits = reinterpret<u64>(q < 0 ? f64(w) / factor : f64(w) * factor);
  const twos = 1075 - i32(bits >> 52) + q;
  if (abs(twos) > MOST_TWOS) return NOT_KNOWN;
  const unit = i64((q > 0 ? fives : 1) << u64(max(twos, 0)));
  const spacing = i64((q < 0 ? fives : 1) << u64(max(-twos, 0)));
  let m = i64((bits & (LEAST_BITS - 1)) | LEAST_BITS);
  let off = i64(w) * unit - m * spacing;
  // The product or quotient above was rounded twice, so it may be next to the nearest double.
  for (; 2 * off > spacing; m++) off -= spacing;
  for (; 2 * off < -spacing; m--) off += spacing;
  if (Decimal.hasMore) {
    if (2 * (off + unit) >= spacing) return NOT_KNOWN;
  } else if ((m & 1) != 0 && abs(2 * off) == spacing) {
    // Half-way between two doubles, the even one is the nearest.
    m += off > 0 ? 1 : -1;
    off = -off;
  }
  // At a power of two, the doubles below are nearer than those above.
  if (u64(m) <= LEAST_BITS || u64(m) >= MOST_BITS) return NOT_KNOWN;
  // Multiples of this power of ten are not further apart than doubles, so that the nearest one gives this double.
  let ten: u64 = 1;
  let step = unit;
  for (; step * 10 <= spacing; step *= 10, Decimal.power++) ten *= 10;
  let shortest = w;
  if (ten > 1) {
    shortest = w / ten;
    off -= i64(w - shortest * ten) * unit;
  }
  for (; 2 * off > step; shortest--) off -= step;
  for (; 2 * off < -step; shortest++) off += step;
  if ((shortest & 1) != 0 && abs(2 * off) == step) {
    shortest += off > 0 ? -1 : 1;
    off = -off;
  }
  const tenth = shortest / 10;
  const last = shortest - tenth * 10;
  let ends = last == 0;
  if (step <= spacing) {
    // A multiple of the next power of ten may give it too.
    const next = 10 * step;
    off -= i64(last) * step;
    const up = 2 * off < -next;
    if (up) off += next;
    ends = abs(2 * off) < spacing + ((m & 1) ^ 1);
    if (ends) shortest = (tenth + u64(up)) * 10;
  }
  const result = Decimal.hasMore || shortest * ten != w ? IS_CHANGED : SAME;
  Decimal.digits = shortest;
  if (ends) takeZeros();
  return result;
}

/** Takes off the zeros at the end. */
function takeZeros(): void {
  let digits = Decimal.digits;
  for (let tenth = digits / 10; tenth * 10 == digits; tenth = digits / 10) {
    digits = tenth;
    Decimal.power++;
  }
  Decimal.digits = digits;
}
