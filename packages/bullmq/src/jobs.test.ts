import { describe, expect, it } from 'vitest';
import { engineOf } from './connection.js';
import { exportJobId, taskJobId, taskOfKey } from './jobs.js';

describe('ids of jobs', () => {
  it.each([
    ['7', { kind: 'read', index: 0 }],
    ['june-csv', { kind: 'write', index: 9999 }],
    ['a-read-1', { kind: 'count', index: 12 }],
  ] as const)('%s %o', (id, task) => {
    const key = `bull:dataset-items-tasks:${taskJobId(id, task)}`;
    expect(taskOfKey(key)).toEqual(task);
    // BullMQ refuses numbers, and colons are its own.
    for (const name of [taskJobId(id, task), exportJobId(id)]) expect(name).toMatch(/^[A-Za-z_-][^:]*$|^\d+-[^:]+$/);
  });

  it('a key of something else is no task', () => {
    expect(['bull:other:1', 'bull:x:june-merge-3'].map(taskOfKey)).toEqual([undefined, undefined]);
  });
});

describe('a connection that is refused', () => {
  it.each([
    ['amqp://mq', undefined, 'connection: got "amqp://mq"'],
    ['http://user:secret@host', undefined, 'connection: got "http://…@host"'],
    ['redis://127.0.0.1', 'a:b', 'queue: got "a:b", expected 1 to 64 letters'],
  ])('%s %s', (connection, queue, message) => {
    expect(() => engineOf({ connection, queue })).toThrow(message);
  });
});
