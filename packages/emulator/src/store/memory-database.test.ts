import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { array, assert, asyncProperty, constantFrom, nat, option, record, tuple } from 'fast-check';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { del, put } from './changes.js';
import type { Database } from './database.js';
import { jsonKind } from './kinds.js';
import { openDatabase } from './open-database.js';

const scratch = await mkdtemp(join(tmpdir(), 'memory-database-'));
const kinds = [jsonKind<number | null>('a'), jsonKind<number | null>('a-b'), jsonKind<number | null>('b')] as const;
const warn = (message: string): never => {
  throw new Error(message);
};
let databases: readonly [memory: Database, disk: Database];

beforeAll(async () => {
  const open = (directory?: string) => openDatabase({ directory, fsync: 'never', warn });
  databases = [await open(), await open(join(scratch, 'storage'))];
});

afterAll(async () => {
  for (const database of databases) await database.close();
  await rm(scratch, { recursive: true });
});

const kind = constantFrom(...kinds);
const prefix = constantFrom('', '1', '12/', 'none');
/** Of a few thousand keys, so that they take several blocks. */
const key = tuple(nat(30), nat(99)).map(([one, other]) => `${one}/${other}`);
const change = record({ kind, key, value: option(nat(), { nil: undefined }) });
const question = record({
  kind,
  prefix,
  key,
  range: record({ after: option(key, { nil: undefined }), limit: constantFrom(undefined, 0, 1, 7) }),
});

test('in memory a database answers as on disk, whatever is put, deleted and cleared', async () => {
  const law = asyncProperty(array(change, { maxLength: 300 }), question, option(question), async (changes, asked, cleared) => {
    const answers = databases.map(async (database) => {
      await database.commit(
        changes.map(({ kind, key, value }) => (value === undefined ? del(kind, key) : put(kind, key, value))),
      );
      const { kind, prefix, key, range } = asked;
      const found = [await database.keys(kind, prefix), await database.entries(kind, prefix, range), database.get(kind, key)];
      if (cleared) await database.clear(cleared.kind, `${cleared.prefix}/`);
      return [...found, await database.entries(kind)];
    });
    const [memory, disk] = await Promise.all(answers);
    expect(memory).toEqual(disk);
  });
  await assert(law);
});

test('after it was closed, a change is refused', async () => {
  const database = await openDatabase({ directory: undefined, fsync: 'always', warn });
  await database.close();
  await expect(database.commit([put(kinds[0], 'a', 1)])).rejects.toThrow('the storage was closed');
});
