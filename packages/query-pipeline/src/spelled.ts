/**
 * A number of which only the spelling is kept (`exact`, docs/semantics.md#numbers). It is a symbol with this description, because no JSON
 * value is one: all code but that which writes values treats it as any scalar, and as neither text nor an object. Its type says number.
 */
export function spelledNumber(spelling: string): number {
  return Symbol(spelling) as unknown as number;
}

/** The spelling of such a number. `undefined` for any other value. */
export function spellingOf(value: unknown): string | undefined {
  return typeof value === 'symbol' ? value.description : undefined;
}

/** A number in the spelling of JSON as JavaScript prints it in JSON: `null` if it is too large for a double. */
export function printedNumber(spelling: string): string {
  return JSON.stringify(Number(spelling));
}

/** Whether JavaScript prints another decimal number. `1.50` and `1E2` do not change, which are printed as `1.5` and `100`. */
export function isChangedNumber(spelling: string): boolean {
  const printed = printedNumber(spelling);
  return printed !== spelling && decimalOf(printed) !== decimalOf(spelling);
}

/** The same text for all spellings of a decimal number: its digits without zeros at both ends, and the power of ten of the last one. */
function decimalOf(spelling: string): string {
  const [, sign, whole, fraction = '', power = '0'] = /^(-?)(\d+)(?:\.(\d+))?(?:[eE]([+-]?\d+))?$/.exec(spelling) ?? [];
  if (whole === undefined) return spelling;
  const digits = `${whole}${fraction}`.replace(/^0+/, '');
  const kept = digits.replace(/0+$/, '');
  if (kept === '') return '0';
  return `${sign}${kept}e${BigInt(power) - BigInt(fraction.length) + BigInt(digits.length - kept.length)}`;
}
