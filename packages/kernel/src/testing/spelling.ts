import type { Random } from './random.js';

/** Properties of random JSON text. */
export interface Spelling {
  /** White space is put between tokens. */
  readonly spaced: boolean;
  /** The white space to insert. It has line feeds if the text may contain them. */
  readonly blanks: readonly string[];
  /** One of this number of tokens is malformed. 0: none. */
  readonly broken: number;
  readonly keys: readonly string[];
}

const characters = [
  ...[
    'a',
    'b',
    '"',
    '\\',
    '/',
    'é',
    '東',
    '😀',
    '\x7f',
    '\u0080',
    '\u009f',
    '\u2028',
    '\ufdd0',
    '\ufffe',
    '\u{1ffff}',
    '<',
    '&',
    ">'",
    '_',
    '_x0041_',
    '_x00',
    '{',
    '}',
  ],
  ...[
    '[',
    ']',
    ',',
    ':',
    ' ',
    '=',
    '\\n',
    '\\r',
    '\\r\\n',
    '\\t',
    '\\"',
    '\\\\',
    '\\/',
    '\\b',
    '\\f',
    '\\u0041',
    '\\u0000',
    '\\u001f',
    '\\u001F',
  ],
  ...[
    '\\u0008',
    '\\u0022',
    '\\u005c',
    '\\u005f',
    '\\u0020',
    '\\u002f',
    '\\u000a',
    '\\ud83d\\ude00',
    '\\uD83D\\uDE00',
    '\\ud83d',
    '\\ude00',
    '\\uDC00',
    '\\ud83d\\u0041',
  ],
  ...['\\u00e9', '\\u6771', '\\u007f', '\\u0080', '\\u07ff', '\\u0800', '\\uffff', '\\ufdd0', '\\u2028'],
].filter((text) => text !== '"' && text !== '\\');

const numbers = [
  ...[
    '0',
    '-0',
    '1',
    '-1',
    '1.0',
    '0.5',
    '-0.5',
    '0.10',
    '1e5',
    '1E5',
    '1e+5',
    '1e-7',
    '1.5e-7',
    '1e21',
    '1e+21',
    '1e400',
    '-1e400',
  ],
  ...[
    '123456789012345',
    '1234567890123456',
    '9007199254740993',
    '9007199254740992',
    '12345678901234567890',
    '0.1',
    '0.30000000000000004',
  ],
  ...['0.000001', '0.0000001', '0.00000123', '123.456', '1.7976931348623157e308', '5e-324', '100000000000000000000', '49.8397'],
  ...[
    '0.1234567890123456789',
    '-122.41941550000001',
    '0e0',
    '999999999999999.9',
    '0.0',
    '-0.0',
    '4503599627370496.5',
    '72057594037927945',
  ],
  ...['1234567.8901234567', '123456789.12345678', '0.00000012345678901234567', '0.0000015'],
];

const brokenTokens = [
  '01',
  '1.',
  '.5',
  '-',
  '+1',
  '1.5e',
  '00',
  '-01',
  'tru',
  'nul',
  'NaN',
  'True',
  '',
  '"\t"',
  '"\\x"',
  '"\\u12"',
  '"\x01"',
  '"',
  '[1,]',
  '{,}',
];

function randomString(random: Random): string {
  let text = '"';
  for (let left = random.once(3) ? random.below(40) : random.below(6); left > 0; left--) {
    text += random.once(3) ? random.pick(characters) : 'x';
  }
  return `${text}"`;
}

/** A number of 14 to 23 digits, with a point, zeros at its end and an exponent perhaps. Most of them JavaScript prints otherwise. */
function manyDigits(random: Random): string {
  const digits = Array.from({ length: 14 + random.below(10) }, () => random.below(10)).join('');
  const whole = `${random.once(3) ? '-' : ''}${1 + random.below(9)}${digits}`;
  const point = 1 + random.below(whole.length);
  const fraction = random.once(2) && whole[point - 1] !== '-' ? `${whole.slice(0, point)}.${whole.slice(point)}0` : whole;
  return random.once(4) ? `${fraction}e${random.pick(['2', '-7', '+30', '-330', '400'])}` : fraction;
}

function randomNumber(random: Random): string {
  if (random.once(3)) return random.pick(numbers);
  if (random.once(8)) return manyDigits(random);
  if (random.once(2)) return String(random.below(1e6));
  return String((random.below(2 ** 31) - 2 ** 30) / random.pick([1, 10, 100, 1000, 3, 7, 1e6, 1e12]));
}

/** The text of a random value with at most `levels` levels. */
function randomValue(random: Random, spelling: Spelling, levels: number): string {
  if (spelling.broken > 0 && random.once(spelling.broken)) return random.pick(brokenTokens);
  const kind = random.below(levels > 1 ? 9 : 6);
  if (kind < 2) return randomString(random);
  if (kind < 4) return randomNumber(random);
  if (kind < 6) return random.pick(['true', 'false', 'null']);
  if (kind < 7) return randomObject(random, spelling, levels);
  const elements = Array.from({ length: random.below(4) }, () => randomValue(random, spelling, levels - 1));
  return joined(random, spelling, '[', elements, ']');
}

function randomObject(random: Random, spelling: Spelling, levels: number): string {
  const used = new Set<string>();
  const fields: string[] = [];
  for (let left = random.below(6); left > 0; left--) {
    const key = random.once(200) ? randomString(random) : random.pick(spelling.keys);
    // Repeated names are rare, because otherwise every item would have one.
    if (used.has(key) && !random.once(30)) continue;
    used.add(key);
    fields.push(`${key}${blank(random, spelling)}:${blank(random, spelling)}${randomValue(random, spelling, levels - 1)}`);
  }
  return joined(random, spelling, '{', fields, '}');
}

function joined(random: Random, spelling: Spelling, open: string, parts: readonly string[], close: string): string {
  const [first, last] = [blank(random, spelling), blank(random, spelling)];
  const separator = `${blank(random, spelling)},${blank(random, spelling)}`;
  return `${open}${first}${parts.join(separator)}${last}${close}`;
}

function blank(random: Random, { spaced, blanks }: Spelling): string {
  return spaced && random.once(2) ? random.pick(blanks) : '';
}

export const plainKeys: readonly string[] = [
  ...[
    '"a"',
    '"b"',
    '"c"',
    '"d"',
    '"__proto__"',
    '"toString"',
    '"a key of more than sixteen bytes"',
    '"a key of more than sixteen bytez"',
    '""',
  ],
  ...['"é"', '"#h"', '"1.5"', '"x y"', '"01"', '"-1"', '"a.b"', '"c/d"'],
];

export const oddKeys: readonly string[] = [
  '"\\u0061"',
  '"k\\n"',
  '"1"',
  '"0"',
  '"7"',
  '"4294967294"',
  '"4294967295"',
  '"12345678901"',
];

/** A random line: mostly an object with blanks around it, seldom something else. */
export function randomLine(random: Random, spelling: Spelling): string {
  const line = `${blank(random, spelling)}${randomObject(random, spelling, 5)}${blank(random, spelling)}`;
  if (spelling.broken === 0 || !random.once(spelling.broken)) return line;
  return random.pick([
    '[]',
    '1',
    'null',
    '"a"',
    '{',
    `${line}x`,
    line + line,
    line.slice(0, random.below(line.length)),
    `\ufeff${line}`,
  ]);
}
