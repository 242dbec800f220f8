import { nearest } from '@dataset-items/query-pipeline';
import type { ErrorObject } from 'ajv';

/** An invalid configuration: the file, the place in it, the value and what was expected. Its author must correct it. */
export class InvalidConfigError extends Error {
  readonly code = 'malformed-input';
  readonly file: string;
  /** `actors.shop.command`; empty: the whole file. */
  readonly place: string;
  readonly came: string;
  readonly expected: string;

  constructor(file: string, place: string, came: string, expected: string, options?: ErrorOptions) {
    super(`${file}: ${place === '' ? '' : `${place}: `}got ${came}, expected ${expected}`, options);
    this.name = 'InvalidConfigError';
    this.file = file;
    this.place = place;
    this.came = came;
    this.expected = expected;
  }
}

/** The first error of the schema validator, in plain words. */
export function schemaProblem(file: string, errors: readonly ErrorObject[]): InvalidConfigError {
  const [first] = errors;
  if (first === undefined) return new InvalidConfigError(file, '', 'something else', 'what the schema describes');
  const { instancePath, keyword, params, parentSchema = {}, propertyName } = first;
  const place = instancePath.split('/').slice(1).map(unescaped);
  const at = (...more: string[]): string => [...place, ...more].join('.');
  if (keyword === 'additionalProperties') {
    const name = String(params.additionalProperty);
    const known = Object.keys(parentSchema.properties ?? {});
    const near = nearest(name, known);
    const hint = near === undefined ? `one of ${known.join(', ')}` : `a name that exists; did you mean \`${near}\`?`;
    return new InvalidConfigError(file, at(name), 'an unknown name', hint);
  }
  if (keyword === 'required') return new InvalidConfigError(file, at(String(params.missingProperty)), 'nothing', 'a value');
  if (propertyName !== undefined) {
    return new InvalidConfigError(file, at(), `the name ${JSON.stringify(propertyName)}`, `names that match ${params.pattern}`);
  }
  return new InvalidConfigError(file, at(), written(first.data), expectation(first));
}

/** A description of what a keyword of the schema expects. */
const words: Readonly<Record<string, (params: ErrorObject['params']) => string>> = {
  type: ({ type }) =>
    ({ object: 'an object', array: 'a list', string: 'text', integer: 'a whole number' })[String(type)] ?? `a ${type}`,
  enum: ({ allowedValues }) => `one of ${(allowedValues as unknown[]).map((value) => JSON.stringify(value)).join(', ')}`,
  pattern: ({ pattern }) => `text that matches ${pattern}`,
  minItems: ({ limit }) => `a list of ${limit} or more`,
  minLength: ({ limit }) => `text of ${limit} or more characters`,
  minimum: ({ limit }) => `${limit} or more`,
  exclusiveMinimum: ({ limit }) => `more than ${limit}`,
};

function expectation({ keyword, params, message, parentSchema = {} }: ErrorObject): string {
  const asked = words[keyword]?.(params) ?? message ?? 'what the schema describes';
  const { description } = parentSchema;
  return typeof description === 'string' ? `${asked} (${description})` : asked;
}

function unescaped(segment: string): string {
  return segment.replaceAll('~1', '/').replaceAll('~0', '~');
}

function written(value: unknown): string {
  const text = JSON.stringify(value) ?? 'nothing';
  return text.length > 100 ? `${text.slice(0, 100)}…` : text;
}
