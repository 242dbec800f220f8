import type { Random } from './random.js';

const view = new DataView(new ArrayBuffer(8));

function doubleOf(bits: bigint): number {
  view.setBigUint64(0, bits);
  return view.getFloat64(0);
}

function digits(random: Random, count: number): string {
  return Array.from({ length: count }, () => String(random.below(10))).join('');
}

/** A double with any bits, most of them with an exponent that numbers of people have. */
function double(random: Random): number {
  const fraction = (BigInt(random.below(2 ** 26)) << 26n) | BigInt(random.below(2 ** 26));
  const exponent = random.once(4) ? random.below(2047) : 1023 - 40 + random.below(120);
  // Half of them have few bits, so that they are halves, quarters and so on.
  const kept = random.once(2) ? fraction : fraction & -(1n << BigInt(random.below(52)));
  return doubleOf((BigInt(exponent) << 52n) | kept);
}

/** The exact decimal text of a double, or of the middle between it and the next one, without an exponent. */
function exact(value: number, middle: boolean): string {
  view.setFloat64(0, value);
  const bits = view.getBigUint64(0);
  const power = Number(bits >> 52n) - 1075 - 1;
  const whole = 2n * ((bits & (2n ** 52n - 1n)) | (2n ** 52n)) + (middle ? 1n : 0n);
  if (power >= 0) return String(whole << BigInt(power));
  const text = String(whole * 5n ** BigInt(-power)).padStart(-power + 1, '0');
  return `${text.slice(0, power)}.${text.slice(power)}`;
}

/** The text with so many digits after the first one that is not zero. */
function cut(text: string, count: number): string {
  const [whole = '', fraction = ''] = text.split('.');
  const first = `${whole}${fraction}`.search(/[1-9]/);
  if (whole.length >= first + count) return whole.slice(0, first + count).padEnd(whole.length, '0');
  return `${whole}.${fraction.slice(0, first + count - whole.length)}`.replace(/\.$/, '');
}

function nextTo(text: string, random: Random): string {
  return text.replace(/\d(?=\D*$)/, (digit) => String((Number(digit) + random.below(3) + 9) % 10));
}

/** Spellings of numbers, at the edges of what a double holds and of how JavaScript prints it. */
const kinds: readonly ((random: Random) => string)[] = [
  (random) => String(double(random)),
  (random) => nextTo(String(double(random)).replace(/e.*/, ''), random),
  (random) => double(random).toPrecision(15 + random.below(11)),
  (random) => double(random).toExponential(13 + random.below(12)),
  (random) => cut(exact(double(random), false), 15 + random.below(11)),
  (random) => cut(exact(double(random), true), 15 + random.below(11)),
  (random) => nextTo(cut(exact(double(random), true), 15 + random.below(11)), random),
  // Around powers of two, at which the distance of doubles changes.
  (random) => String(2n ** BigInt(40 + random.below(40)) + BigInt(random.below(41)) - 20n),
  (random) => (2 ** (random.below(160) - 80) * (1 + (random.below(9) - 4) * 2 ** -53)).toPrecision(15 + random.below(8)),
  (random) => String(doubleOf(BigInt(random.below(2 ** 20)) << BigInt(random.below(33)))),
  (random) => `${1 + random.below(9)}${digits(random, 14 + random.below(11))}`,
  (random) => `${random.below(1000)}.${digits(random, 12 + random.below(14))}`,
  (random) => `0.${'0'.repeat(random.below(10))}${digits(random, 1 + random.below(24))}`,
  (random) => `${1 + random.below(99)}${'0'.repeat(random.below(24))}.${'0'.repeat(1 + random.below(4))}`,
  (random) => `${random.below(10)}.${digits(random, 1 + random.below(20))}e${random.below(660) - 340}`,
  (random) => `${random.below(10)}.${digits(random, 1 + random.below(20))}${'0'.repeat(random.below(9))}E+${random.below(40)}`,
  (random) => `${1 + random.below(9)}${digits(random, random.below(24))}e-${random.below(40)}`,
];

/** A number in the spelling of JSON. */
export function spelledNumber(random: Random): string {
  const text = random.pick(kinds)(random);
  // `String` and `toPrecision` may give an exponent with a digit that was made before it, and a double may be infinite.
  const spelled = /^\d+(\.\d+)?(e[+-]?\d+)?$/i.test(text) ? text.replace(/^0+(?=\d)/, '') : '0';
  return random.once(4) ? `-${spelled}` : spelled;
}
