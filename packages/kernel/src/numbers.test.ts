import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import type { Place } from './nodes.js';
import { randomOf } from './testing/random.js';
import { spelledNumber } from './testing/spelled-numbers.js';
import { driver } from './testing/through.js';
import { isChanged, printed, numberProgram as program, written } from './testing/written-numbers.js';

const double = fc.double({ noNaN: true, noDefaultInfinity: true });
const spellings = {
  'as JavaScript prints them': double.map(String),
  'with another last digit': double.map((value) => String(value).replace(/\d$/, (digit) => String((Number(digit) % 9) + 1))),
  'with 17 digits': double.map((value) => (value % 1e6).toPrecision(17)),
  'at the edges of what a double holds': fc.integer().map((seed) => spelledNumber(randomOf(seed))),
  'as anybody writes them': fc.stringMatching(/^-?(0|[1-9][0-9]{0,20})(\.[0-9]{1,20})?([eE][+-]?[0-9]{1,3})?$/),
};

const printing = driver<Place>({ ...program, numbers: { isChanged } });
const exact = driver<Place>({ ...program, numbers: { exact: true } });
const array = (spelling: fc.Arbitrary<string>) => fc.array(spelling, { minLength: 400, maxLength: 400 });

describe('a number is written as JavaScript prints it, or as it is spelled', () => {
  for (const [name, spelling] of Object.entries(spellings)) {
    it(name, () => {
      fc.assert(
        fc.property(array(spelling), (numbers) => {
          expect(written(numbers, printing)).toEqual(printed(numbers));
          expect(written(numbers, exact)).toEqual({ texts: numbers, counted: 0 });
        }),
      );
    });
  }

  it('changed ones of 16 and 17 digits are counted without a call of the host', () => {
    const random = randomOf(5);
    const numbers = Array.from({ length: 4000 }, (_, index) => {
      const value = (random.below(2 ** 31) / 2 ** 31 + 0.1) * 10 ** (random.below(24) - 6);
      return index % 3 === 0 ? value.toExponential(15 + (index & 1)) : value.toPrecision(16 + (index & 1));
    });
    const asked: string[] = [];
    const isAsked = (number: string): boolean => asked.push(number) > 0;
    const { texts, counted } = written(numbers, driver<Place>({ ...program, numbers: { isChanged: isAsked } }));
    expect({ texts, counted }).toEqual(printed(numbers));
    expect(counted).toBeGreaterThan(1000);
    expect(asked).toEqual([]);
  });

  it('items with changed numbers are named as long as they are wanted, and counted after that', () => {
    const named: string[] = [];
    const text = Buffer.from(Array.from({ length: 9 }, (_, index) => `{"a":${index},"b":[9007199254740993,1.50]}`).join('\n'));
    const { kernel } = driver<Place>({
      ...program,
      numbers: {
        isChanged: (spelling) => spelling.length > 15,
        onChanged: (start, end) => named.push(text.toString('latin1', start, end)) < 3,
      },
    });
    kernel.load([text], 1000);
    kernel.readLines(0, text.length);
    expect(kernel.run()).toBe('all read');
    expect(named).toEqual([0, 1, 2].map((index) => `{"a":${index},"b":[9007199254740993,1.50]}`));
    expect([kernel.takeChanged(), kernel.takeChanged()]).toEqual([6, 0]);
    expect(kernel.takeOutput().bytes.toString().split('\n')[8]).toBe('{"a":8,"b":[9007199254740992,1.5]}');
  });

  it.each([20, 400, 99_990, 100_010])('an exponent that makes up for %i zeros', (zeros) => {
    const none = '0'.repeat(zeros);
    const numbers = [`0.${none}1e${zeros + 1}`, `1${none}e-${zeros}`, `0.${none}1e${zeros + 2}`, `1${none}e-${zeros + 1}`];
    expect(written(numbers, driver<Place>(program)).texts).toEqual(numbers.map((number) => String(Number(number))));
  });

  it('of any number of digits, whole and after a point', () => {
    const digits = Array.from({ length: 40 }, (_, index) => '1234567891'.repeat(4).slice(0, index + 1));
    const numbers = digits.flatMap((text) => [text, `-${text}`, `0.${text}`, `${text}.${text}`, `1e-${text.slice(0, 2)}`]);
    expect(written(numbers, driver<Place>(program)).texts).toEqual(numbers.map((number) => String(Number(number))));
  });

  it.each(['1.', '.5', '-', '-.5', '01', '-01', '00', '1e', '1e+', '1e-', '1.e5', '1.5e', '+1', '--1', '0x1', '1e5.5', '1_000'])(
    '%s is none',
    (text) => {
      const { through, kernel } = driver<Place>(program);
      const reasons: string[] = [];
      const look = (): string => {
        reasons.push(kernel.item().reason);
        return '';
      };
      expect(through(`{"a":${text}}\n{"a":${text} }\n{"a":[${text}]}`, 'lines', look).aside).toBe(3);
      expect(reasons).toEqual(['malformed', 'malformed', 'malformed']);
    },
  );

  it('an item with too many of them must be parsed', () => {
    const { through, strayed } = driver<Place>(program);
    const text = `{"a":[${Array.from({ length: 10_000 }, (_, index) => `1234567890123456${index}.5e10`).join()}]}`;
    expect(through(text, 'lines', () => 'aside').aside).toBe(1);
    expect(strayed()).toEqual([]);
  });
});
