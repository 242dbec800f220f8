/** Why an item must be parsed, by the bit that `assembly/line.ts` sets. */
const reasons = {
  128: 'malformed',
  256: 'too deep',
  8: 'a name twice',
  64: 'an escape in a name',
  16: 'an integer as a name',
  4096: 'a number that is not finite',
  32: 'a character that is written otherwise',
  512: 'too many fields',
  1024: 'a name that only the steps know',
  2048: 'a text that is too long for a cell',
} as const;

export type Reason = (typeof reasons)[keyof typeof reasons] | 'too many names';

export function reasonOf(flags: number): Reason {
  for (const [bit, reason] of Object.entries(reasons)) if ((flags & Number(bit)) !== 0) return reason;
  return 'too many names';
}
