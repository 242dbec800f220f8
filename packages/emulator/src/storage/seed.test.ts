import { mkdir, mkdtemp, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { dirname, join } from 'node:path';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { type Item, MalformedInputError, UnreadableSourceError } from '@dataset-items/query-pipeline';
import exceljs from 'exceljs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { seed, seedDeclared } from './seed.js';
import { itemsOf } from './testing/items.js';
import { openDatasetStore } from './testing/stores.js';

let directory: string;

const files: Record<string, string | Buffer> = {
  'in/lines.jsonl': '{"n":1}\n{"n":2}\n',
  'in/list.json': '[{"n":1},{"n":2}]',
  'in/table.csv': 'n\n1\n2\n',
  'in/lines.jsonl.gz': gzipSync('{"n":3}\n'),
  'in/packed.csv.br': brotliCompressSync('n\n1\n2\n'),
  'in/Křehké věci (2).ndjson': '{"n":1}\n{"n":2}\n',
  'in/readme.md': '# not items',
  'in/.hidden.json': '{}',
  'in/inner/more.json': '{"n":1}',
  'in/inner/even-more.json': '{"n":2}',
  'storage/datasets/default/000000001.json': '{"n":1}',
  'storage/datasets/default/000000002.json': '{"n":2}',
  'storage/datasets/other/000000001.json': '{"n":1}',
  'storage/key_value_stores/default/INPUT.json': '{}',
  'broken.jsonl': '{"n":1}\nnot an item\n',
};

beforeAll(async () => {
  directory = await mkdtemp(join(tmpdir(), 'seed-'));
  for (const [path, content] of Object.entries(files)) {
    await mkdir(dirname(join(directory, path)), { recursive: true });
    await writeFile(join(directory, path), content);
  }
  const workbook = new exceljs.Workbook();
  workbook.addWorksheet('Data').addRows([['n'], [1], [2]]);
  await workbook.xlsx.writeFile(join(directory, 'in/book.xlsx'));
});

afterAll(() => rm(directory, { recursive: true }));

const two: Item[] = [{ n: 1 }, { n: 2 }];
const twoTexts: Item[] = [{ n: '1' }, { n: '2' }];

const rows: [string, string[], Record<string, Item[]>][] = [
  ['a file', ['in/list.json'], { list: two }],
  ['a pattern', ['in/*.{csv,xlsx}'], { book: two, table: twoTexts }],
  [
    'names that are the same but for the extension',
    ['in/lines.jsonl', 'in/lines.jsonl.gz'],
    { lines: two, 'lines-2': [{ n: 3 }] },
  ],
  [
    'a directory of files, whatever they hold',
    ['in'],
    {
      'Krehke-veci-2': two,
      book: two,
      inner: [{ n: 2 }, { n: 1 }],
      lines: two,
      'lines-2': [{ n: 3 }],
      list: two,
      packed: twoTexts,
      table: twoTexts,
    },
  ],
  ['one item per file', ['storage/datasets/default'], { default: two }],
  ['a storage directory', ['storage'], { default: two, other: [{ n: 1 }] }],
];

test.each(rows)('%s', async (_, paths, expected) => {
  const store = await openDatasetStore();
  const seeded = await seed(
    store,
    paths.map((path) => join(directory, path)),
  );
  expect(seeded.every(({ made }) => made)).toBe(true);
  const found = await Promise.all(store.list().map(async (dataset) => [dataset.facts.name, await itemsOf(dataset.source())]));
  expect(Object.fromEntries(found)).toEqual(expected);
});

test('a seeded dataset stays unchanged, with the same id; an interrupted seeding is repeated', async () => {
  const storage = join(directory, 'kept');
  const paths = [join(directory, 'in/lines.jsonl'), join(directory, 'in/table.csv')];
  const first = await openDatasetStore(storage, { fsync: 'never' });
  const [lines, table] = (await seed(first, paths)).map(({ dataset }) => dataset);
  await lines?.push([{ n: 'mine' }]);
  const ids = [lines?.facts.id, table?.facts.id];
  await first.remove(String(ids[1]));
  const half = await first.create({ id: String(ids[1]) });
  await half.push([{ n: 'half' }]);
  await first.close();
  const second = await openDatasetStore(storage, { fsync: 'never' });
  const again = await seed(second, paths);
  expect(again.map(({ dataset, made }) => [dataset.facts.id, dataset.facts.name, dataset.facts.itemCount, made])).toEqual([
    [ids[0], 'lines', 3, false],
    [ids[1], 'table', 2, true],
  ]);
  expect(second.list().length).toBe(2);
  await second.close();
});

test('a file that cannot be read gives no dataset', async () => {
  const store = await openDatasetStore();
  await expect(seed(store, [join(directory, 'broken.jsonl')])).rejects.toThrow(MalformedInputError);
  await expect(seed(store, [join(directory, 'absent.jsonl')])).rejects.toThrow(UnreadableSourceError);
  expect(store.list()).toEqual([]);
});

test('declared datasets have the declared facts; one whose name or id exists stays unchanged', async () => {
  const store = await openDatasetStore();
  await store.create({ name: 'named' });
  await store.create({ name: 'other', id: 'taken' });
  const file = join(directory, 'in/lines.jsonl');
  const schema = { views: { short: { transformation: { fields: ['n'] } } } };
  const declared = { whole: { file, id: 'abc', title: 'Whole', schema }, named: { file }, free: { file, id: 'taken' } };
  await seedDeclared(store, declared);
  await seedDeclared(store, declared);
  expect(store.list().map(({ facts: { name, itemCount } }) => [name, itemCount])).toEqual([
    ['named', 0],
    ['other', 0],
    ['whole', 2],
  ]);
  expect(store.find('abc')?.facts).toMatchObject({ name: 'whole', title: 'Whole', schema });
});
