import { mkdtempSync, readdirSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { afterAll, describe, expect, test } from 'vitest';
import { NameTakenError } from '../storage/store.js';
import { openKeyValueStore } from '../storage/testing/stores.js';
import { InvalidKeyError, RecordTooLargeError } from './store.js';

const scratch = mkdtempSync(join(tmpdir(), 'dataset-items-key-values-'));
afterAll(() => rmSync(scratch, { recursive: true, force: true }));

const maxRecordBytes = 1000;
const newDirectory = (): string => mkdtempSync(join(scratch, 'store-'));

/** The kinds of stores. Each function opens an empty store. */
const stores: Record<string, () => ReturnType<typeof openKeyValueStore>> = {
  'in memory': () => openKeyValueStore(undefined, { maxRecordBytes }),
  'in a directory': () => openKeyValueStore(newDirectory(), { maxRecordBytes, fsync: 'never' }),
};

const text = (value: string): Uint8Array => Buffer.from(value);

describe.each(Object.entries(stores))('key-value stores %s', (_, open) => {
  test('are found by id, then by name; a taken name is refused', async () => {
    const store = await open();
    const unnamed = await store.create({ runId: 'r', actorId: 'a' });
    const named = await store.create({ name: 'pages', title: 'Pages' });
    expect(unnamed.facts).toMatchObject({ runId: 'r', actorId: 'a', id: expect.stringMatching(/^[0-9A-Za-z]{17}$/) });
    expect(named.facts.modifiedAt).toEqual(named.facts.createdAt);
    expect([store.find('pages'), store.find(unnamed.facts.id), store.find('nothing')]).toEqual([named, unnamed, undefined]);
    expect(store.list()).toEqual([unnamed, named]);
    await expect(store.create({ name: 'pages' })).rejects.toThrow(NameTakenError);
    await expect(store.create({ id: named.facts.id })).rejects.toThrow(NameTakenError);
    await expect(unnamed.update({ name: 'pages' })).rejects.toThrow(NameTakenError);
    await named.update({ name: 'pages', title: 'Other' });
    expect(named.facts).toMatchObject({ name: 'pages', title: 'Other' });
    await store.close();
  });

  test.each([
    ['text', 'OUTPUT', 'text/plain; charset=utf-8', text('line\nend \u{1f600}')],
    ['no bytes', 'empty', 'application/json', text('')],
    ['all bytes', 'bytes', 'image/png', Uint8Array.from({ length: 256 }, (_, index) => index)],
    ['a value that begins with a line feed', 'feed', 'a/b', text('\n\n{"key":1}\n')],
    ['the longest key', `${'k'.repeat(255)}!`, 'a/b', text('1')],
    ['a key of every kind of character', "aZ09!-_.'()", 'a/b', text('2')],
    ['a key of dots', '..', 'a/b', text('3')],
  ])('keep %s as it came', async (_name, key, contentType, value) => {
    const store = await open();
    const pairs = await store.create();
    await pairs.set(key, 'first/type', text('before'));
    await pairs.set(key, contentType, value);
    const record = await pairs.get(key);
    expect({ ...record, value: Buffer.from(record?.value ?? []) }).toEqual({
      key,
      contentType,
      size: value.length,
      value: Buffer.from(value),
    });
    expect(await pairs.head(key)).toMatchObject({ key, contentType, size: value.length });
    await pairs.delete(key);
    await pairs.delete(key);
    expect([await pairs.get(key), await pairs.head(key), (await pairs.keys()).items]).toEqual([undefined, undefined, []]);
    await store.close();
  });

  test('take a value in several pieces', async () => {
    const pairs = await (await open()).create();
    await pairs.set('a', 'a/b', [text('1'), text(''), text('23')]);
    expect(await pairs.head('a')).toMatchObject({ size: 3 });
    expect(Buffer.from((await pairs.get('a'))?.value ?? []).toString()).toBe('123');
    await expect(pairs.set('a', 'a/b', [Buffer.alloc(maxRecordBytes), text('1')])).rejects.toThrow(RecordTooLargeError);
  });

  test('distinguish keys that differ only in case', async () => {
    const pairs = await (await open()).create();
    await pairs.set('Output', 'a/b', text('1'));
    await pairs.set('OUTPUT', 'a/b', text('2'));
    expect((await pairs.keys()).items.map(({ key }) => key)).toEqual(['OUTPUT', 'Output']);
    expect(Buffer.from((await pairs.get('Output'))?.value ?? []).toString()).toBe('1');
  });

  test.each(['', 'a b', 'a/b', '../a', 'ü', 'k'.repeat(257), 'a\u0000'])('refuse the key %j', async (key) => {
    const pairs = await (await open()).create();
    await expect(pairs.set(key, 'a/b', text('1'))).rejects.toThrow(InvalidKeyError);
    expect(await pairs.get(key)).toBeUndefined();
  });

  test('refuse a value that is too large, and keep the old one', async () => {
    const pairs = await (await open()).create();
    await pairs.set('a', 'a/b', Buffer.alloc(maxRecordBytes));
    await expect(pairs.set('a', 'a/b', Buffer.alloc(maxRecordBytes + 1))).rejects.toThrow(RecordTooLargeError);
    expect(await pairs.head('a')).toMatchObject({ size: maxRecordBytes });
  });

  test('list keys in windows', async () => {
    const pairs = await (await open()).create();
    for (const key of ['b2', 'a', 'b10', 'c', 'b1']) await pairs.set(key, 'a/b', text(key));
    const rows = [
      [{}, 'a b1 b10 b2 c', undefined],
      [{ limit: 2 }, 'a b1', 'b1'],
      [{ limit: 2, exclusiveStartKey: 'b1' }, 'b10 b2', 'b2'],
      [{ limit: 2, exclusiveStartKey: 'b2' }, 'c', undefined],
      [{ prefix: 'b', limit: 3 }, 'b1 b10 b2', undefined],
      [{ prefix: 'b', exclusiveStartKey: 'b1', limit: 1 }, 'b10', 'b10'],
      [{ exclusiveStartKey: 'b11' }, 'b2 c', undefined],
      [{ prefix: 'x' }, '', undefined],
    ] as const;
    for (const [window, expected, next] of rows) {
      const { items, isTruncated, nextExclusiveStartKey } = await pairs.keys(window);
      expect([items.map(({ key }) => key).join(' '), isTruncated, nextExclusiveStartKey]).toEqual([
        expected,
        next !== undefined,
        next,
      ]);
    }
    expect((await pairs.keys({ limit: 1 })).items).toEqual([{ key: 'a', contentType: 'a/b', size: 1 }]);
  });

  test('refuse changes after they were removed', async () => {
    const store = await open();
    const pairs = await store.create({ name: 'gone' });
    const racing = pairs.set('a', 'a/b', text('1')).catch((error: Error) => error.message);
    await store.remove(pairs.facts.id);
    await store.remove('nothing');
    expect(await racing).toMatch(/was removed/);
    expect(store.find('gone')).toBeUndefined();
    await expect(pairs.set('a', 'a/b', text('1'))).rejects.toThrow(UnreadableSourceError);
    await expect(pairs.update({ title: 'x' })).rejects.toThrow(UnreadableSourceError);
    await store.close();
  });
});

describe('key-value stores in a directory', () => {
  test('say that they were removed when the file of a record is gone', async () => {
    const directory = newDirectory();
    const store = await openKeyValueStore(directory, { fsync: 'never' });
    const pairs = await store.create();
    await pairs.set('big', 'a/b', Buffer.alloc(300_000));
    const [file = ''] = readdirSync(join(directory, 'large-records'));
    const removed = store.remove(pairs.facts.id);
    // The entry is still there, as during the removal of the files.
    rmSync(join(directory, 'large-records', file));
    await expect(pairs.get('big')).rejects.toMatchObject({ code: 'record-not-found' });
    await removed;
    await store.close();
  });

  test('exist when it is opened again, the oldest first, with large values in files', async () => {
    const directory = newDirectory();
    const first = await openKeyValueStore(directory);
    const pairs = await first.create({ name: 'pages', runId: 'r' });
    const large = Buffer.alloc(300_000, 'large ');
    await pairs.set('a', 'text/plain', text('one'));
    await pairs.set('b', 'text/plain', text('two'));
    await pairs.set('large', 'text/plain', Buffer.alloc(400_000));
    await pairs.set('large', 'text/plain', large);
    await pairs.set('small', 'text/plain', large);
    await pairs.set('small', 'text/plain', text('three'));
    await pairs.delete('a');
    await first.create({ title: 'Second' });
    pairs.read();
    await first.close();
    const files = join(directory, 'large-records');
    expect(readdirSync(files)).toHaveLength(1);
    writeFileSync(join(files, 'leftOfAKill0000001'), 'half');
    const { accessedAt } = pairs.facts;
    const again = await openKeyValueStore(directory);
    expect(again.list().map(({ facts: { id, name, title, runId } }) => [id, name, title, runId])).toEqual(
      first.list().map(({ facts: { id, name, title, runId } }) => [id, name, title, runId]),
    );
    const same = again.find('pages');
    expect(same?.facts).toMatchObject({ createdAt: pairs.facts.createdAt, accessedAt });
    expect((await same?.keys())?.items.map(({ key, size }) => [key, size])).toEqual([
      ['b', 3],
      ['large', 300_000],
      ['small', 5],
    ]);
    expect(Buffer.from((await same?.get('b'))?.value ?? []).toString()).toBe('two');
    expect(large.equals((await same?.get('large'))?.value ?? Buffer.alloc(0))).toBe(true);
    expect(readdirSync(files)).toHaveLength(1);
    await again.remove(pairs.facts.id);
    await again.close();
    expect(readdirSync(files)).toEqual([]);
  });
});
