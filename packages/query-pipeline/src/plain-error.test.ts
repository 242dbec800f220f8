import { expect, it } from 'vitest';
import {
  InvalidParameterError,
  MalformedInputError,
  NoColumnsError,
  TooManyRecordsError,
  UnknownViewError,
  UnreadableSourceError,
  UnwritableOutputError,
  WorkerEndedError,
} from './errors.js';
import { type PlainError, plainError, restoredError } from './plain-error.js';

it.each<Error>([
  new InvalidParameterError('limit', `-${'3'.repeat(200)}`, 'a whole number'),
  new MalformedInputError('items.jsonl', { line: 3, byte: 40 }, 'not valid JSON'),
  new MalformedInputError('items', { line: 3, byte: 0, item: 3 }, 'not an object'),
  new NoColumnsError(),
  new TooManyRecordsError(5),
  new UnknownViewError('overview', []),
  new UnknownViewError('overview', ['a', 'b']),
  new UnreadableSourceError('june', 'Dataset was not found', { missing: true }),
  new UnreadableSourceError('june', 'no such queue', { missing: 'Request queue' }),
  new UnreadableSourceError('june', 'june: permission denied'),
  new UnwritableOutputError('/store/x', 'the disk is full', { temporary: true }),
  new UnwritableOutputError('/store/x', 'the disk is full'),
  new WorkerEndedError('out of memory'),
])('%s is the same after its way as JSON', (error) => {
  const plain: PlainError = JSON.parse(JSON.stringify(plainError(error)));
  const restored = restoredError(plain);
  expect([restored.constructor, restored.message, { ...restored }]).toEqual([error.constructor, error.message, { ...error }]);
});

it.each([
  ['of the system', Object.assign(new Error('no such file'), { code: 'ENOENT' })],
  ['without a code', new Error('x')],
  ['with a name of Object as its code', Object.assign(new Error('x'), { code: 'toString' })],
  ['that is a text', 'x'],
])('an error %s is none of this library', (_, error) => {
  expect(plainError(error)).toBeUndefined();
});
