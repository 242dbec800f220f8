import type { Item, Json } from 'dataset-items';
import { flatColumns } from '../cases.js';
import type { Rival } from './rival.js';
import { writeAll } from './write.js';

/**
 * A program for ten columns of this data: no options, no other fields or values, no checks. The library's additional time is the cost of
 * all these. A program that makes objects of the items can hardly be faster.
 */
export const byHand: Rival = {
  name: 'by-hand',
  ours: true,
  works: {
    'csv-columns': {
      note: 'a program for only these columns of this data',
      run: ({ items }, output) => writeAll(output.stream(), chunks(items())),
    },
  },
};

const CHUNK = 128 * 1024;
/** Bytes, more than any row needs. */
const ROOM = 8 * 1024;
const QUOTE = 0x22;
const COMMA = 0x2c;
const POINT = 0x2e;
const ZERO = 0x30;

let bytes = Buffer.allocUnsafeSlow(CHUNK + ROOM);
let at = 0;

function* chunks(items: Iterable<Item>): Generator<Buffer> {
  at = bytes.write(`\ufeff${flatColumns.map((name) => `"${name}"`).join()}\r\n`);
  for (const item of items) {
    row(item);
    if (at < CHUNK) continue;
    yield bytes.subarray(0, at);
    bytes = Buffer.allocUnsafeSlow(CHUNK + ROOM);
    at = 0;
  }
  yield bytes.subarray(0, at);
}

function row(item: Item): void {
  for (let column = 0; column < flatColumns.length; column++) {
    if (column > 0) bytes[at++] = COMMA;
    cell(item[flatColumns[column] as string]);
  }
  bytes[at++] = 0x0d;
  bytes[at++] = 0x0a;
}

function cell(value: Json | undefined): void {
  if (value === null || value === undefined) return;
  bytes[at++] = QUOTE;
  if (typeof value === 'string') text(value);
  else if (typeof value === 'number') number(value);
  else text(value === true ? 'true' : 'false');
  bytes[at++] = QUOTE;
}

function text(value: string): void {
  const { length } = value;
  let end = at;
  for (let index = 0; index < length; index++) {
    const unit = value.charCodeAt(index);
    if (unit < 0x80) {
      if (unit === QUOTE) bytes[end++] = QUOTE;
      bytes[end++] = unit;
    } else if (unit < 0x800) {
      bytes[end++] = 0xc0 | (unit >> 6);
      bytes[end++] = 0x80 | (unit & 0x3f);
    } else {
      bytes[end++] = 0xe0 | (unit >> 12);
      bytes[end++] = 0x80 | ((unit >> 6) & 0x3f);
      bytes[end++] = 0x80 | (unit & 0x3f);
    }
  }
  at = end;
}

/** The data's numbers have two decimals at most and no sign. */
function number(value: number): void {
  const hundredths = Math.round(value * 100);
  const whole = (hundredths / 100) | 0;
  digits(whole);
  const fraction = hundredths - whole * 100;
  if (fraction === 0) return;
  const tenths = (fraction / 10) | 0;
  bytes[at++] = POINT;
  bytes[at++] = ZERO + tenths;
  if (fraction > tenths * 10) bytes[at++] = ZERO + fraction - tenths * 10;
}

function digits(value: number): void {
  let count = 1;
  for (let rest = value; rest >= 10; rest = (rest / 10) | 0) count++;
  at += count;
  let end = at;
  for (let rest = value; count > 0; count--) {
    const more = (rest / 10) | 0;
    bytes[--end] = ZERO + rest - more * 10;
    rest = more;
  }
}
