import { describe, expect, it } from 'vitest';
import { compile } from './compile.js';
import {
  InvalidParameterError,
  MalformedInputError,
  NoColumnsError,
  TooManyRecordsError,
  UnknownViewError,
  UnreadableSourceError,
  UnwritableOutputError,
} from './errors.js';

const rows: [name: string, make: () => Error & { code: string }, code: string, message: string][] = [
  [
    'InvalidParameterError',
    () => new InvalidParameterError('limit', '-3', 'a whole number'),
    'invalid-parameter',
    'limit: got "-3", expected a whole number',
  ],
  [
    'InvalidParameterError',
    () => new InvalidParameterError('limit', 'x'.repeat(101), 'less'),
    'invalid-parameter',
    `limit: got "${'x'.repeat(100)}…", expected less`,
  ],
  [
    'UnknownViewError',
    () => new UnknownViewError('v', ['a', 'b']),
    'requested-dataset-view-does-not-exist',
    'view: no view is called "v"; there are: a, b',
  ],
  [
    'UnknownViewError',
    () => new UnknownViewError('v', []),
    'requested-dataset-view-does-not-exist',
    'view: no view is called "v"; this dataset has no views',
  ],
  [
    'NoColumnsError',
    () => new NoColumnsError(),
    'no-columns-in-exported-dataset',
    'the export has no columns: no record has a value in a column within the limits, and `fields` gives no column',
  ],
  [
    'MalformedInputError',
    () => new MalformedInputError('a.jsonl', { line: 2, byte: 9 }, 'not valid JSON'),
    'malformed-input',
    'a.jsonl: line 2, byte 9: not valid JSON',
  ],
  [
    'MalformedInputError',
    () => new MalformedInputError('items', { line: 2, byte: 0, item: 2 }, 'a BigInt'),
    'malformed-input',
    'items: item 2: a BigInt',
  ],
  ['UnreadableSourceError', () => new UnreadableSourceError('a', 'no access'), 'unreadable-source', 'a: no access'],
  [
    'UnreadableSourceError',
    () => new UnreadableSourceError('a', 'not there', { missing: true }),
    'record-not-found',
    'a: not there',
  ],
  ['UnwritableOutputError', () => new UnwritableOutputError('a', 'disk full'), 'unwritable-output', 'a: disk full'],
  [
    'TooManyRecordsError',
    () => new TooManyRecordsError(5),
    'too-many-records',
    'the export has more than 5 records, the largest number allowed',
  ],
];

describe('errors name the value and what was expected', () => {
  it.each(rows)('%s, %o', (name, make, code, message) => {
    const error = make();
    expect([error.name, error.code, error.message]).toEqual([name, code, message]);
  });

  it('output is not a temporary file unless stated', () => {
    const temporary = [{}, { temporary: true }].map((options) => new UnwritableOutputError('a', 'full', options).temporary);
    expect(temporary).toEqual([false, true]);
  });

  it('a query with a view is refused, naming it', () => {
    expect(() => compile({ view: 'v' })).toThrow('view: got "v", expected a query to which the view was applied');
  });
});
