import { InvalidParameterError } from './errors.js';
import { nearest } from './nearest.js';

/** One parameter: what it is for, and how text or a typed value becomes its argument (docs/semantics.md#parameters). */
export interface Parameter<A> {
  readonly summary: string;
  /** `flag` and `toggle` may be given without a value; the others take a value. */
  readonly kind: 'flag' | 'toggle' | 'value';
  /** Placeholder of the value in help: `<names>`. */
  readonly placeholder: string;
  /** Completes "expected ..." in an error. */
  readonly expected: string;
  readonly defaultText?: string;
  /** An option of the library and of tools, which API requests cannot set. */
  readonly local?: true;
  /** Default of the command, if neither a flag nor `--query` sets it. Default: the library's default. */
  readonly commandDefault?: A;
  /** Words that the command accepts for values that are hard to type. */
  readonly words?: Readonly<Record<string, A>>;
  /** `undefined`: the parameter has no effect. */
  parse(text: string, name: string): A | undefined;
  /** The same check for a value from code. */
  accept(value: unknown, name: string): A | undefined;
}

export type Registry = Readonly<Record<string, Parameter<unknown>>>;
export type ArgumentOf<P> = P extends Parameter<infer A> ? A : never;
export type Arguments<R extends Registry> = { readonly [N in keyof R]?: ArgumentOf<R[N]> };
/** What code may pass: flags may be `false`, anything may be `undefined`, lists may be text. */
export type Given<R extends Registry> = { readonly [N in keyof R]?: GivenValue<ArgumentOf<R[N]>> | undefined };
/** If the compiler does not know the registry, `A` is `unknown`. */
type GivenValue<A> = unknown extends A ? unknown : [A] extends [true] ? boolean : A extends readonly string[] ? A | string : A;

type Details<A = never> = Partial<Pick<Parameter<A>, 'placeholder' | 'defaultText' | 'local' | 'commandDefault'>>;

/** On or absent. */
export function flag(summary: string, details: Details = {}): Parameter<true> {
  const both = toggle(summary);
  return {
    ...both,
    kind: 'flag',
    ...details,
    parse: (text, name) => both.parse(text, name) || undefined,
    accept: (value, name) => both.accept(value, name) || undefined,
  } as Parameter<true>;
}

/** On, off or absent, when off differs from absent. */
export function toggle(summary: string, details: Details<boolean> = {}): Parameter<boolean> {
  return define(summary, {
    kind: 'toggle',
    placeholder: '<boolean>',
    expected: '1, true, 0 or false',
    ...details,
    fromText: (text) => ({ '1': true, true: true, '0': false, false: false })[text],
    fits: (value): value is boolean => typeof value === 'boolean',
  });
}

/** Names, in the order given, each once, in its first place. */
export function list(summary: string, details: Details = {}): Parameter<readonly string[]> {
  return define(summary, {
    placeholder: '<names>',
    expected: 'a comma separated list of names',
    ...details,
    fromText: splitNames,
    fits: isNameList,
    normalize: (names) => (names.length === 0 ? undefined : [...new Set(names)]),
  });
}

/** Names without duplicates; a duplicate is an error. */
export function distinctList(summary: string, details: Details = {}): Parameter<readonly string[]> {
  return define(summary, {
    placeholder: '<names>',
    expected: 'a comma separated list of names that differ',
    ...details,
    fromText: splitNames,
    fits: (value): value is readonly string[] => isNameList(value) && new Set(value).size === value.length,
    normalize: (names) => (names.length === 0 ? undefined : names),
  });
}

/** Zero or more, unless bounded. A number over the largest safe integer counts as that integer. */
export function wholeNumber(summary: string, details: Details & { least?: number; most?: number } = {}): Parameter<number> {
  const { least = 0, most = Number.MAX_SAFE_INTEGER, ...rest } = details;
  return define(summary, {
    placeholder: '<n>',
    expected: details.most === undefined ? `a whole number, ${least} or more` : `a whole number from ${least} to ${most}`,
    ...rest,
    fromText: (text) => (/^[0-9]+$/.test(text) ? Math.min(Number(text), Number.MAX_SAFE_INTEGER) : undefined),
    fits: (value): value is number => Number.isInteger(value) && (value as number) >= least && (value as number) <= most,
  });
}

/** A whole number, `least` or more, or this word. */
export function numberOr<const W extends string>(
  word: W,
  summary: string,
  details: Details<number | W> & { least: number; most: number; expected: string },
): Parameter<number | W> {
  const { least, most, ...rest } = details;
  return define<number | W>(summary, {
    placeholder: '<n>',
    ...rest,
    fromText: (text) => (text === word ? word : /^[0-9]+$/.test(text) ? Number(text) : undefined),
    fits: (value): value is number | W =>
      value === word || (Number.isInteger(value) && Number(value) >= least && Number(value) <= most),
  });
}

export function oneOf<const N extends string>(summary: string, names: readonly N[], details: Details = {}): Parameter<N> {
  return define(summary, {
    placeholder: '<name>',
    expected: `one of ${names.join(', ')}`,
    ...details,
    fromText: (text) => text as N,
    fits: (value): value is N => names.includes(value as N),
  });
}

export function text(summary: string, details: Details & Partial<TextRules> = {}): Parameter<string> {
  const { matches = () => true, expected = 'text', words, ...rest } = details;
  return {
    ...define(summary, {
      placeholder: '<text>',
      expected,
      ...rest,
      fromText: (given) => given,
      fits: (value): value is string => typeof value === 'string' && matches(value),
    }),
    ...(words && { words }),
  };
}

/** Words for the characters between the cells of a table that are hard to type. */
export const delimiterWords = { comma: ',', pipe: '|', semicolon: ';', tab: '\t' } as const;

interface TextRules {
  matches: (value: string) => boolean;
  expected: string;
  words: Readonly<Record<string, string>>;
}

interface Definition<A> extends Details<A> {
  kind?: Parameter<A>['kind'];
  placeholder: string;
  expected: string;
  /** Returns `undefined` for text that is not an accepted value. */
  fromText: (text: string) => A | undefined;
  fits: (value: unknown) => value is A;
  normalize?: (value: A) => A | undefined;
}

function define<A>(summary: string, definition: Definition<A>): Parameter<A> {
  const { fromText, fits, normalize = (value: A) => value, kind = 'value', ...shown } = definition;
  const take = (value: unknown, name: string, written: string): A | undefined => {
    if (!fits(value)) throw new InvalidParameterError(name, written, shown.expected);
    return normalize(value);
  };
  const parse = (given: string, name: string) => (given === '' ? undefined : take(fromText(given), name, given));
  const accept = (value: unknown, name: string): A | undefined => {
    if (value === undefined) return undefined;
    return typeof value === 'string' ? parse(value, name) : take(value, name, written(value));
  };
  return { summary, kind, ...shown, parse, accept };
}

function splitNames(given: string): string[] {
  return given
    .split(',')
    .map((name) => name.trim())
    .filter((name) => name !== '');
}

function isNameList(value: unknown): value is readonly string[] {
  return Array.isArray(value) && value.every((name) => typeof name === 'string');
}

function written(value: unknown): string {
  return JSON.stringify(value) ?? String(value);
}

export interface ParseOptions {
  /** Refuse names that are not in the registry, with an error that names the nearest known one. Default: ignore them. */
  readonly strict?: boolean;
  /** Accept options of the library from text too. Default false: the API does not have them. */
  readonly local?: boolean;
}

/** Unparsed parameters: pairs of name and text, such as URLSearchParams. */
export type ParameterPairs = Iterable<readonly [name: string, text: string]>;

/**
 * Reads text parameters against a registry.
 * @throws InvalidParameterError for a refused value, a parameter given twice and, when strict, an unknown one
 */
export function parseParameters<R extends Registry>(
  registry: R,
  pairs: ParameterPairs,
  { strict = false, local = false }: ParseOptions = {},
): Arguments<R> {
  const seen = new Map<string, string>();
  const parsed: Record<string, unknown> = {};
  for (const [name, given] of pairs) {
    if (!Object.hasOwn(registry, name) || (registry[name]?.local && !local)) {
      if (strict) throw unknownParameter(local ? registry : notLocal(registry), name, given);
      continue;
    }
    if (seen.has(name)) throw new InvalidParameterError(name, `${seen.get(name)} and ${given}`, 'it once');
    seen.set(name, given);
    const argument = registry[name]?.parse(given, name);
    if (argument !== undefined) parsed[name] = argument;
  }
  return parsed as Arguments<R>;
}

/**
 * Checks arguments from code against a registry.
 * @param strict refuse names that are not in the registry instead of ignoring them. Default: refuse
 * @throws InvalidParameterError for a refused value and, when strict, for an unknown name
 */
export function acceptParameters<R extends Registry>(
  registry: R,
  given: Given<R>,
  { strict = true }: Pick<ParseOptions, 'strict'> = {},
): Arguments<R> {
  if (strict) refuseUnknown(registry, given);
  const accepted: Record<string, unknown> = {};
  for (const [name, value] of Object.entries(given)) {
    const argument = Object.hasOwn(registry, name) ? registry[name]?.accept(value, name) : undefined;
    if (argument !== undefined) accepted[name] = argument;
  }
  return accepted as Arguments<R>;
}

/** @throws InvalidParameterError for the first name that is not known; it names the nearest known one */
export function refuseUnknown(known: object, given: object): void {
  for (const [name, value] of Object.entries(given)) {
    if (!Object.hasOwn(known, name)) throw unknownParameter(known, name, written(value));
  }
}

function notLocal(registry: Registry): Registry {
  return Object.fromEntries(Object.entries(registry).filter(([, { local }]) => !local));
}

function unknownParameter(known: object, name: string, value: string): InvalidParameterError {
  const near = nearest(name, Object.keys(known));
  const hint = near === undefined ? 'a parameter that exists' : `a parameter that exists; did you mean \`${near}\`?`;
  return new InvalidParameterError(name, value, hint);
}
