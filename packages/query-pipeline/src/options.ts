import { InvalidParameterError } from './errors.js';
import { isItem } from './item.js';
import { refuseUnknown } from './parameters.js';

/** What the value of an option from code may be. */
export interface OptionKind {
  /** Completes "expected ..." in an error. */
  readonly expected: string;
  fits(value: unknown): boolean;
}

/** Kinds of options. */
export const optionKinds = {
  boolean: { expected: 'true or false', fits: (value) => typeof value === 'boolean' },
  function: { expected: 'a function', fits: (value) => typeof value === 'function' },
  object: { expected: 'an object', fits: isItem },
  text: { expected: 'text', fits: (value) => typeof value === 'string' },
  names: {
    expected: 'a list of names',
    fits: (value) => Array.isArray(value) && value.every((name) => typeof name === 'string'),
  },
  labels: {
    expected: 'an object of texts by name',
    fits: (value) => isItem(value) && Object.values(value).every((label) => typeof label === 'string'),
  },
  signal: { expected: 'an AbortSignal', fits: (value) => isObject(value) && 'aborted' in value && 'addEventListener' in value },
} as const satisfies Readonly<Record<string, OptionKind>>;

export function oneOfValues(...values: readonly unknown[]): OptionKind {
  return { expected: `one of ${values.join(', ')}`, fits: (value) => values.includes(value) };
}

/** A whole number, so many or more. */
export function atLeast(least: number): OptionKind {
  return { expected: `a whole number, ${least} or more`, fits: (value) => Number.isInteger(value) && Number(value) >= least };
}

/** The longest time that a timer of Node can wait, in milliseconds: 24 days. A longer one ends at once. */
export const longestTimer = 2 ** 31 - 1;

/** Milliseconds that a timer can wait. */
export const timerTime: OptionKind = {
  expected: `a whole number from 1 to ${longestTimer}`,
  fits: (value) => Number.isInteger(value) && Number(value) >= 1 && Number(value) <= longestTimer,
};

/**
 * Checks the options of a call. An option that is `undefined` is absent.
 * @throws InvalidParameterError for an unknown option, naming the nearest known one, and for a value of another kind
 */
export function checkKinds(kinds: Readonly<Record<string, OptionKind>>, options: object): void {
  refuseUnknown(kinds, options);
  for (const [name, value] of Object.entries(options)) {
    const kind = kinds[name];
    if (value === undefined || kind === undefined || kind.fits(value)) continue;
    throw new InvalidParameterError(name, shownValue(value), kind.expected);
  }
}

function isObject(value: unknown): value is object {
  return typeof value === 'object' && value !== null;
}

function shownValue(value: unknown): string {
  if (typeof value === 'function') return 'a function';
  if (typeof value === 'object' && value !== null) return Array.isArray(value) ? 'a list' : 'an object';
  return String(value);
}
