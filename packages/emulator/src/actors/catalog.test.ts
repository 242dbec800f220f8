import { renameSync, writeFileSync } from 'node:fs';
import { describe, expect, it, onTestFinished } from 'vitest';
import { scratchDirectory } from '../../../sources/src/testing/scratch.js';
import { openDatabase } from '../store/open-database.js';
import { type CatalogOptions, openCatalog } from './catalog.js';
import { readTaskChanges } from './task.js';

const { path: folder, write } = scratchDirectory();
const shop = { command: ['node', 'main.js'] };

const opened = async (options: CatalogOptions) => {
  const catalog = await openCatalog(options);
  onTestFinished(() => catalog.close());
  return catalog;
};

describe('emulator.json while it is in use', () => {
  it('is read again when it changes, also by being replaced; an invalid one changes nothing and is reported', async () => {
    const told: string[] = [];
    const file = write('watched.json', JSON.stringify({ actors: { shop }, tasks: { daily: { actor: 'shop' } } }));
    const catalog = await opened({ config: file, notify: (line) => told.push(line) });
    const before = catalog.task('daily');

    writeFileSync(file, JSON.stringify({ actors: { shop, ship: shop }, tasks: { daily: { actor: 'shop' } } }));
    await expect.poll(() => catalog.actor('ship')).toBeDefined();
    expect(catalog.task('daily')).toEqual(before);

    writeFileSync(file, '{"actors": ');
    await expect.poll(() => told.at(-1)).toMatch(/watched\.json: got text that is not JSON.*stays in use$/);
    expect(catalog.actor('ship')).toBeDefined();

    writeFileSync(`${file}.new`, JSON.stringify({ actors: { shop }, tasks: { daily: { actor: 'shop', input: { a: 1 } } } }));
    renameSync(`${file}.new`, file);
    await expect.poll(() => catalog.actor('ship')).toBeUndefined();
    expect(catalog.task('daily')).toMatchObject({ id: before?.id, createdAt: before?.createdAt, input: { a: 1 } });
  });
});

describe('tasks', () => {
  it('created over the API are stored in the storage directory', async () => {
    const database = await openDatabase({ directory: `${folder}/storage`, fsync: 'never', warn: () => {} });
    const options = { actors: { shop }, database };
    const catalog = await opened(options);
    const actor = catalog.actors()[0];
    if (actor === undefined) throw new Error('no actor');
    const first = await catalog.createTask(actor, { input: { a: 1 }, options: { memoryMbytes: 256 } });
    const [second] = await Promise.all([catalog.createTask(actor, {}), catalog.updateTask(first.id, { title: 'First' })]);
    expect([first.name, second?.name]).toEqual(['shop-task', 'shop-task-2']);
    await expect(catalog.updateTask(first.id, { name: 'shop-task-2' })).rejects.toThrow(
      /name: got "shop-task-2", expected a name that no/,
    );
    const again = await opened(options);
    expect(again.tasks()).toEqual([{ ...first, title: 'First', modifiedAt: again.task(first.id)?.modifiedAt }, second]);
    await again.removeTask(first.id);
    expect((await opened(options)).tasks()).toEqual([second]);
    await database.close();
  });

  it('from the file can be changed until the file is read again', async () => {
    const catalog = await opened({ actors: { shop }, tasks: { daily: { actor: 'shop', input: { a: 1 } } } });
    const { id = '' } = catalog.task('daily') ?? {};
    await catalog.updateTask(id, { input: { a: 2 } });
    expect(catalog.task('daily')?.input).toEqual({ a: 2 });
    await catalog.removeTask(id);
    expect(catalog.tasks()).toEqual([]);
    expect(await catalog.updateTask(id, {})).toBeUndefined();
  });

  it.each([
    [{}, {}],
    [
      { name: 'a', title: null, input: null, options: null },
      { name: 'a', title: undefined, input: undefined, options: {} },
    ],
    [{ options: { memoryMbytes: 512, build: null, forcePermissionLevel: 'x' }, actId: 'x' }, { options: { memoryMbytes: 512 } }],
    [{ input: { nested: [1, null] } }, { input: { nested: [1, null] } }],
  ])('a body %j', (body, changes) => {
    expect(readTaskChanges(body)).toStrictEqual(changes);
  });

  it.each([
    [{ name: 'a b' }, 'name: got "a b", expected names that match'],
    [{ input: [] }, 'input: got "[]", expected an object'],
    [{ options: { memoryMbytes: 100 } }, 'options.memoryMbytes: got "100", expected one of 128'],
    [{ options: 7 }, 'options: got "7", expected an object'],
  ])('a body %j is refused', (body, message) => {
    expect(() => readTaskChanges(body)).toThrow(message);
  });
});
