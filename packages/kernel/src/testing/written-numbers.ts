import type { Place } from '../nodes.js';
import type { Program } from '../program.js';
import type { driver } from './through.js';

/** Lines of JSON whose numbers are all that matters. */
export const numberProgram = {
  places: { root: {}, key: () => ({}), element: () => ({}), column: () => -1 },
  rules: {},
  writing: { kind: 'document', indent: 0, verbatim: true },
  dialect: { afterRecord: Buffer.from('\n') },
} as const satisfies Program<Place>;

/**
 * How each number is written, alone in an item, and how many were counted as changed. Items that must be parsed are written as they are in
 * JavaScript.
 */
export function written(
  numbers: readonly string[],
  { through, kernel }: ReturnType<typeof driver<Place>>,
): { readonly texts: string[]; readonly counted: number } {
  const { text } = through(numbers.map((number) => `{"":${number}}`).join('\n'), 'lines', (line) => {
    return `${JSON.stringify(JSON.parse(line))}\n`;
  });
  const texts = text.trimEnd().split('\n');
  return { texts: texts.map((line) => line.slice('{"":'.length, -1)), counted: kernel.takeChanged() };
}

/** What `written` must give, by JavaScript. Numbers that are not finite are in items that must be parsed. */
export function printed(numbers: readonly string[]): { readonly texts: string[]; readonly counted: number } {
  return {
    texts: numbers.map((number) => JSON.stringify(Number(number))),
    counted: numbers.filter((number) => Number.isFinite(Number(number)) && isChanged(number)).length,
  };
}

/** Whether JavaScript prints a number in the spelling of JSON as another one. */
export function isChanged(number: string): boolean {
  const text = JSON.stringify(Number(number));
  return text === 'null' || !isSame(number, text);
}

/** Whether two numbers in the spelling of JSON are the same, by integer arithmetic. */
function isSame(one: string, other: string): boolean {
  const parts = (spelling: string): readonly [bigint, bigint] => {
    const [, digits = '', fraction = '', power = '0'] = /^(-?\d+)(?:\.(\d+))?(?:e([+-]?\d+))?$/i.exec(spelling) ?? [];
    return [BigInt(digits + fraction), BigInt(power) - BigInt(fraction.length)];
  };
  const [[a, powerOfA], [b, powerOfB]] = [parts(one), parts(other)];
  if (powerOfA < powerOfB) return a === b * 10n ** (powerOfB - powerOfA);
  return b === a * 10n ** (powerOfA - powerOfB);
}
