import { byteAt } from './memory';

export function skipBlank(from: i32, to: i32): i32 {
  let byte = byteAt(from);
  while (from < to && (byte == 32 || byte == 9 || byte == 13 || byte == 10)) byte = byteAt(++from);
  return from;
}

/** The address after the last line feed before `to`. */
export function lineStart(from: i32, to: i32): i32 {
  let last = to;
  for (; last - 16 >= from; last -= 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(last - 16), i8x16.splat(10)));
    if (found != 0) return last + 16 - clz(found);
  }
  while (last > from && byteAt(last - 1) != 10) last--;
  return last;
}

export function countLineFeeds(from: i32, to: i32): i32 {
  let count = 0;
  // Each lane counts up to 4 of 64 bytes, so that the sum of 31 rounds fits in a signed byte.
  for (let left = (to - from) >> 6; left > 0; ) {
    let found = i8x16.splat(0);
    for (let round = min(left, 31); round > 0; round--, from += 64, left--) {
      const first = i8x16.add(lineFeedsIn(from), lineFeedsIn(from + 16));
      found = i8x16.sub(found, i8x16.add(first, i8x16.add(lineFeedsIn(from + 32), lineFeedsIn(from + 48))));
    }
    const sums = i32x4.extadd_pairwise_i16x8_s(i16x8.extadd_pairwise_i8x16_s(found));
    count += i32x4.extract_lane(sums, 0) + i32x4.extract_lane(sums, 1) + i32x4.extract_lane(sums, 2) + i32x4.extract_lane(sums, 3);
  }
  for (; from < to; from++) if (byteAt(from) == 10) count++;
  return count;
}

/** -1 in each of 16 bytes that is a line feed, 0 in the others. */
@inline function lineFeedsIn(at: i32): v128 { return i8x16.eq(v128.load(at), i8x16.splat(10)); }

/** What `countItems` has found. */
class Found {
  static lineFeeds: i32 = 0;
}
export function getLineFeeds(): i32 { return Found.lineFeeds; }

/** Number of lines that are not blank. Counts line feeds too. It reads up to 15 bytes after the end. */
export function countItems(from: i32, to: i32): i32 {
  let items = 0;
  let lineFeeds = 0;
  let isBlank = true;
  for (let at = from; at < to; ) {
    if (!isBlank && at + 64 <= to && !hasLineFeed(at)) {
      at += 64;
      continue;
    }
    const bytes = v128.load(at);
    let ends = i8x16.bitmask(i8x16.eq(bytes, i8x16.splat(10)));
    let solid = ~i8x16.bitmask(blankIn(bytes)) & 0xffff;
    if (at + 16 > to) {
      const within = (1 << (to - at)) - 1;
      ends &= within;
      solid &= within;
    }
    for (; ends != 0; ends &= ends - 1) {
      const after = (2 << ctz(ends)) - 1;
      if (!isBlank || (solid & after) != 0) items++;
      lineFeeds++;
      isBlank = true;
      solid &= ~after;
    }
    if (solid != 0) isBlank = false;
    at += 16;
  }
  Found.lineFeeds = lineFeeds;
  return isBlank ? items : items + 1;
}

@inline function hasLineFeed(at: i32): bool {
  const feed = i8x16.splat(10);
  const first = v128.or(i8x16.eq(v128.load(at), feed), i8x16.eq(v128.load(at + 16), feed));
  const second = v128.or(i8x16.eq(v128.load(at + 32), feed), i8x16.eq(v128.load(at + 48), feed));
  return v128.any_true(v128.or(first, second));
}

/** The characters that `skipBlank` skips. */
@inline function blankIn(bytes: v128): v128 {
  const breaks = v128.or(i8x16.eq(bytes, i8x16.splat(10)), i8x16.eq(bytes, i8x16.splat(13)));
  return v128.or(breaks, v128.or(i8x16.eq(bytes, i8x16.splat(32)), i8x16.eq(bytes, i8x16.splat(9))));
}

/** The address of the next line feed, or `to`. */
export function lineEnd(from: i32, to: i32): i32 {
  for (; from < to; from += 16) {
    const found = i8x16.bitmask(i8x16.eq(v128.load(from), i8x16.splat(10)));
    if (found != 0) return min(from + ctz(found), to);
  }
  return to;
}
