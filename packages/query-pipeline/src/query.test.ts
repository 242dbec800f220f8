import { describe, expect, it } from 'vitest';
import { InvalidParameterError } from './errors.js';
import { acceptQuery, type GivenQuery, parseQuery } from './query.js';

const parsed: readonly [text: string, query: object][] = [
  ['', {}],
  ['unwind=a&fields=b,%20c%20,,b', { unwind: ['a'], fields: ['b', 'c'] }],
  ['fields=,%20,&omit=', {}],
  ['clean=1&skipHidden=true&skipEmpty=0&skipFailedPages=false&simplified=', { clean: true, skipHidden: true }],
  ['offset=x&format=none&token=t', {}],
  ['fields=constructor,__proto__,toString', { fields: ['constructor', '__proto__', 'toString'] }],
  ['fields=a,b,a&outputFields=x,y', { fields: ['a', 'b'], outputFields: ['x', 'y'] }],
];

const refused: readonly [text: string, parameter: string, message: string][] = [
  ['clean=yes', 'clean', 'clean: got "yes", expected 1, true, 0 or false'],
  ['fields=a&fields=b', 'fields', 'fields: got "a and b", expected it once'],
  ['outputFields=x', 'outputFields', 'outputFields: got "x", expected also `fields`, whose names it replaces'],
  ['fields=a&outputFields=x,x', 'outputFields', 'outputFields: got "x,x", expected a comma separated list of names that differ'],
];

describe('parseQuery', () => {
  it.each(parsed)('%s', (text, query) => {
    expect(parseQuery(new URLSearchParams(text))).toEqual(query);
  });

  it.each(refused)('refuses %s', (text, parameter, message) => {
    expect(() => parseQuery(new URLSearchParams(text))).toThrow(InvalidParameterError);
    expect(() => parseQuery(new URLSearchParams(text))).toThrow(expect.objectContaining({ parameter, message }));
  });

  it('ignores an unknown parameter, or refuses it when strict and names the nearest', () => {
    const pairs = new URLSearchParams('feilds=a');
    expect(parseQuery(pairs)).toEqual({});
    expect(() => parseQuery(pairs, { strict: true })).toThrow(/^feilds: got "a", expected .* did you mean `fields`\?$/);
  });
});

describe('acceptQuery', () => {
  it('accepts values from code', () => {
    expect(acceptQuery({ fields: 'a, b', unwind: ['r'], clean: false, omit: [], skipEmpty: true, view: undefined })).toEqual({
      fields: ['a', 'b'],
      unwind: ['r'],
      skipEmpty: true,
    });
  });

  it('refuses invalid values from code', () => {
    expect(() => acceptQuery({ fields: 5 } as unknown as GivenQuery)).toThrow('fields: got "5", expected a comma separated list');
    expect(() => acceptQuery({ feilds: 'a' } as GivenQuery)).toThrow('did you mean `fields`?');
  });
});
