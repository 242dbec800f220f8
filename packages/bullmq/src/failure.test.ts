import {
  InvalidParameterError,
  MalformedInputError,
  NoColumnsError,
  TooManyRecordsError,
  UnknownViewError,
  UnreadableSourceError,
  UnwritableOutputError,
} from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { CancelledExportError, errorOf, FailedExportError, failureOf, isPassing } from './failure.js';

const rows: readonly (readonly [error: Error, passing: boolean])[] = [
  [new InvalidParameterError('limit', '-3', 'a whole number'), false],
  [new MalformedInputError('items.jsonl', { line: 3, byte: 40 }, 'not valid JSON'), false],
  [new MalformedInputError('items', { line: 3, byte: 0, item: 3 }, 'not an object'), false],
  [new NoColumnsError(), false],
  [new TooManyRecordsError(5), false],
  [new UnknownViewError('overview', ['a', 'b']), false],
  [new UnreadableSourceError('june', 'Dataset was not found', { missing: true }), false],
  [new UnreadableSourceError('june', 'no such queue', { missing: 'Request queue' }), false],
  [new UnreadableSourceError('june', 'permission denied'), true],
  [new UnwritableOutputError('/store/x', 'the disk is full', { temporary: true }), true],
  [new CancelledExportError('june-csv'), false],
];

describe('an error that goes through the queue', () => {
  it.each(rows)('%s', (error, passing) => {
    const failure = JSON.parse(JSON.stringify(failureOf(error)));
    const made = errorOf('june-csv', failure);
    expect(made).toEqual(error);
    expect([made.constructor, { ...made }]).toEqual([error.constructor, { ...error }]);
    expect(isPassing(failure)).toBe(passing);
  });

  it.each([
    [Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' }), 'june-csv: socket hang up'],
    ['a text', 'june-csv: a text'],
  ])('%s has no class of its own', (error, message) => {
    const failure = failureOf(error);
    expect(errorOf('june-csv', failure)).toEqual(new FailedExportError('june-csv', message.slice('june-csv: '.length)));
    expect([isPassing(failure), errorOf('june-csv', failure).message]).toEqual([true, message]);
  });
});
