import type { Json } from '@dataset-items/query-pipeline';

/** As JavaScript prints numbers: no leading zeros, an exponent only with its sign. */
const number = /^-?(?:0|[1-9]\d*)(?:\.\d+)?(?:e[+-]\d+)?$/i;
const MOST_DIGITS = 15;

const words = new Map<string, Json>([
  ['true', true],
  ['false', false],
  ['null', null],
]);

/** The value that a cell spells. Text that a number would not give back, such as `007` or 16 digits, stays text. */
export function typedCell(text: string): Json {
  if (text.length <= 5) {
    const word = words.get(text.toLowerCase());
    if (word !== undefined) return word;
  }
  if (!number.test(text)) return text;
  const [digits = ''] = text.split(/e/i);
  if (digits.replace(/^-?0?\.?0*|[-.]/g, '').length > MOST_DIGITS) return text;
  const value = Number(text);
  return Number.isFinite(value) && !Object.is(value, -0) ? value : text;
}
