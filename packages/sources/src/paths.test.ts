import { mkdirSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { acceptParameters, InvalidParameterError, parseParameters, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { expandPaths } from './expand.js';
import { fileSource } from './file.js';
import { sourceFormatNames, sourceFormats } from './formats/index.js';
import { openInputs } from './inputs.js';
import { compareNaturally } from './natural.js';
import { inputParameters } from './options.js';
import { streamSource } from './stream.js';
import { itemsOf, noFacts, scratchDirectory } from './testing/scratch.js';

const scratch = scratchDirectory();
for (const directory of [
  'pages',
  'pages/deep',
  'literal',
  'storage',
  'storage/datasets',
  'storage/datasets/b',
  'storage/datasets/a',
  'storage-of-one',
  'storage-of-one/datasets',
  'storage-of-one/datasets/a',
  'storage-of-none',
  'storage-of-none/datasets',
  'empty',
  'other',
  'big',
]) {
  mkdirSync(join(scratch.path, directory));
}
for (const n of [1, 2, 9, 10, 11, 100]) scratch.write(`pages/page-${n}.jsonl`, `{"n":${n}}\n`);
scratch.write('pages/deep/page-3.jsonl', '{"n":3}\n');
scratch.write('pages/notes.md', '');
scratch.write('literal/[ab].jsonl', '{"n":"literal"}\n');
scratch.write('literal/a.jsonl', '{"n":"a"}\n');
scratch.write('storage/datasets/b/000000001.json', '{"n":"b"}');
scratch.write('other/notes.md', '');
for (const n of [999_999_999, 1_000_000_000, 2, 10]) scratch.write(`big/${String(n).padStart(9, '0')}.json`, `{"n":${n}}`);

const at = (path: string): string => join(scratch.path, path);

const patterns: readonly { readonly name: string; readonly given: readonly string[]; readonly paths: readonly string[] }[] = [
  {
    name: 'numbers count as numbers',
    given: ['pages/*.jsonl'],
    paths: [1, 2, 9, 10, 11, 100].map((n) => `pages/page-${n}.jsonl`),
  },
  {
    name: 'patterns keep the order given',
    given: ['pages/page-1?.jsonl', 'pages/page-{9,2}.jsonl'],
    paths: ['pages/page-10.jsonl', 'pages/page-11.jsonl', 'pages/page-2.jsonl', 'pages/page-9.jsonl'],
  },
  {
    name: 'two stars match subdirectories',
    given: ['pages/**/page-{3,9}.jsonl'],
    paths: ['pages/deep/page-3.jsonl', 'pages/page-9.jsonl'],
  },
  {
    name: 'a file whose name looks like a pattern wins over the pattern',
    given: ['literal/[ab].jsonl'],
    paths: ['literal/[ab].jsonl'],
  },
  { name: 'the same pattern matches if there is no such file', given: ['literal/[a].jsonl'], paths: ['literal/a.jsonl'] },
  { name: 'a directory is taken by its name', given: ['pages'], paths: ['pages'] },
];

describe('expandPaths', () => {
  for (const { name, given, paths } of patterns) {
    it(name, async () => {
      expect(await expandPaths(given.map(at))).toEqual(paths.map(at));
    });
  }

  it('a pattern that matches nothing is refused by name', async () => {
    const failure = expandPaths([at('pages/*.csv')]);
    await expect(failure).rejects.toThrow(UnreadableSourceError);
    await expect(failure).rejects.toThrow(`${at('pages/*.csv')}: no file matches this pattern`);
  });

  it('a missing file is reported when it is opened', async () => {
    await expect(openInputs([at('none.jsonl')])).rejects.toMatchObject({ code: 'record-not-found', source: at('none.jsonl') });
  });
});

describe('openInputs', () => {
  it('joins the files of patterns, in order', async () => {
    const source = await openInputs([at('pages/*.jsonl'), at('storage/datasets/b')]);
    expect((await itemsOf(source)).map(({ n }) => n)).toEqual([1, 2, 9, 10, 11, 100, 'b']);
    expect((await itemsOf(source, { desc: true, offset: 1, limit: 2 })).map(({ n }) => n)).toEqual([100, 11]);
  });

  it('accepts standard input among files, once', async () => {
    const standardInput = Readable.from([Buffer.from('{"n":"in"}\n')]);
    const source = await openInputs([at('pages/page-1.jsonl'), '-', at('pages/page-2.jsonl')], { standardInput });
    expect((await itemsOf(source)).map(({ n }) => n)).toEqual([1, 'in', 2]);
    await expect(openInputs(['-', '-'], { standardInput })).rejects.toThrow(InvalidParameterError);
  });

  it('counts the malformed items of all of them', async () => {
    scratch.write('pages/bad.jsonl', '5\n{"n":1}\n6\n');
    const source = await openInputs([at('pages/bad.jsonl'), at('pages/page-1.jsonl'), at('pages/bad.jsonl')], {
      skipMalformed: true,
    });
    expect((await itemsOf(source)).map(({ n }) => n)).toEqual([1, 1, 1]);
    expect(source.skipped().count).toBe(4);
    await itemsOf(source, { offset: 4 });
    expect(source.skipped()).toMatchObject({ count: 2, first: [{ line: 1 }, { line: 3 }] });
  });
});

describe('directories', () => {
  it('files are in the order of their numbers', async () => {
    expect((await itemsOf(await fileSource(at('big')))).map(({ n }) => n)).toEqual([2, 10, 999_999_999, 1_000_000_000]);
  });

  it('an empty directory holds no items', async () => {
    expect(await itemsOf(await fileSource(at('empty')))).toEqual([]);
    expect(await itemsOf(await fileSource(at('storage'), { dataset: 'a' }))).toEqual([]);
  });

  const refused = [
    {
      name: 'a dataset that does not exist',
      path: 'storage',
      options: { dataset: 'c' },
      error: InvalidParameterError,
      message: 'a, b',
    },
    {
      name: 'a storage without a default dataset',
      path: 'storage',
      options: {},
      error: InvalidParameterError,
      message: 'got "default", expected a dataset of',
    },
    {
      name: 'a dataset of a storage that has one',
      path: 'storage-of-one',
      options: { dataset: 'b' },
      error: InvalidParameterError,
      message: 'datasets: a',
    },
    {
      name: 'a dataset of a storage that has none',
      path: 'storage-of-none',
      options: { dataset: 'b' },
      error: InvalidParameterError,
      message: 'expected a dataset; there is none in',
    },
    {
      name: 'a directory of other files',
      path: 'other',
      options: {},
      error: UnreadableSourceError,
      message: 'contains no .json file',
    },
    {
      name: 'a directory requested as CSV',
      path: 'big',
      options: { inputFormat: 'csv' },
      error: UnreadableSourceError,
      message: 'it is a directory',
    },
    {
      name: 'a file requested as a directory',
      path: 'pages/page-1.jsonl',
      options: { inputFormat: 'directory' },
      error: UnreadableSourceError,
      message: 'it is a file',
    },
  ] as const;
  for (const { name, path, options, error, message } of refused) {
    it(`${name} is refused`, async () => {
      const failure = fileSource(at(path), options);
      await expect(failure).rejects.toThrow(error);
      await expect(failure).rejects.toThrow(message);
    });
  }

  it('a stream is not a directory', () => {
    expect(() => streamSource(Readable.from([]), noFacts, { inputFormat: 'directory' })).toThrow(InvalidParameterError);
  });
});

describe('inputParameters', () => {
  it('names every format', () => {
    expect(sourceFormatNames).toEqual(['jsonl', 'json', 'json-seq', 'csv', 'xlsx', 'directory']);
    for (const name of sourceFormatNames) expect(sourceFormats[name].summary).not.toBe('');
    expect(inputParameters.inputFormat.expected).toBe('one of jsonl, json, json-seq, csv, xlsx, directory');
  });

  it('are read from text only by tools', () => {
    const pairs = [
      ['inputFormat', 'csv'],
      ['nested', '1'],
      ['maxDepth', '20'],
    ] as const;
    expect(parseParameters(inputParameters, pairs)).toEqual({});
    expect(parseParameters(inputParameters, pairs, { local: true })).toEqual({ inputFormat: 'csv', nested: true, maxDepth: 20 });
    expect(() => acceptParameters(inputParameters, { maxDepth: 5001 })).toThrow('a whole number from 0 to 5000');
  });
});

describe('natural order', () => {
  it('compares runs of digits as numbers and other text by code unit', () => {
    const names = ['a', 'a1', 'a01', 'a2', 'a10', 'a10b', 'a10b2', 'a10b10', 'b', 'ž'];
    expect([...names].reverse().sort(compareNaturally)).toEqual([
      'a',
      'a01',
      'a1',
      'a2',
      'a10',
      'a10b',
      'a10b2',
      'a10b10',
      'b',
      'ž',
    ]);
  });
});
