import { mkdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { MalformedInputError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { fileSource } from './file.js';
import { itemsSource } from './memory.js';
import { itemsOf, readUntilFailure, scratchDirectory } from './testing/scratch.js';

const scratch = scratchDirectory();

const lines = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `{"n":${n},"x":"${(n * 7919) % 10_007}"}\n`).join(''));

const skippable = [
  {
    name: 'JSON Lines',
    file: 'lines',
    good: (n: number) => `{"n":"${n}"}\n`,
    bad: ['5\n', '{"n":\n', '[]\n', '"x"\n', 'null\n', '}\n', '{"n":1}}\n'],
    head: '',
    tail: '',
  },
  {
    name: 'a JSON array',
    file: 'array',
    good: (n: number) => `{"n":"${n}"}\n,`,
    bad: ['5\n,', '[[{}],1],', '"]",', '{"a":tru},', '{"a":[1}],', 'null,', 'abc\n,'],
    head: '[',
    tail: '{"n":"end"}]',
  },
  {
    name: 'objects one after the other',
    file: 'values',
    good: (n: number) => `{"n":\n"${n}"}\n`,
    bad: ['5\n', '{"n":}\n', '[1]\n', '"{"\n', 'x\n', '1.5e\n', '{"n":[}]\n'],
    head: '{\n"n":"start"}',
    tail: '',
  },
  {
    name: 'CSV',
    file: 'table.csv',
    good: (n: number) => `${n}\n`,
    bad: ['1,2\n', '"1"x\n', '",\n",\n', ',,\n', '1,"\n"\r\n', '"",""\n', '"a""b"c\n'],
    head: 'n\n',
    tail: '',
  },
] as const;

describe('skipMalformed', () => {
  for (const { name, file, good, bad, head, tail } of skippable) {
    it(`${name}: skips malformed items and reports the places of the first five`, async () => {
      const parts = bad.flatMap((text, n) => [good(n), text]);
      const path = scratch.write(`skip-${file}`, head + parts.join('') + tail);
      const starts = bad.map((_, n) => (head + parts.slice(0, 2 * n + 1).join('')).length);
      for (const chunkSize of [1, 5, 4096]) {
        const source = await fileSource(path, { skipMalformed: true, chunkSize });
        const items = (await itemsOf(source)).map(({ n }) => n).filter((n) => n !== 'start' && n !== 'end');
        expect(items).toEqual(bad.map((_, n) => String(n)));
        const skipped = source.skipped();
        expect(skipped.count).toBe(bad.length);
        const text = readFileSync(path, 'latin1');
        expect(skipped.first).toMatchObject(
          starts.slice(0, 5).map((byte) => ({ source: path, byte, line: text.slice(0, byte).split('\n').length })),
        );
      }
    });

    it(`${name}: skipped items count in the window, in both orders`, async () => {
      const path = scratch.write(`window-${file}`, head + good(0) + good(1) + bad[0] + good(2) + bad[1] + good(3) + tail);
      const source = await fileSource(path, { skipMalformed: true });
      const first = head.includes('start') ? 1 : 0;
      const read = async (window: object) => (await itemsOf(source, window)).map(({ n }) => n);
      expect(await read({ offset: first + 1, limit: 3 })).toEqual(['1', '2']);
      expect(source.skipped().count).toBe(1);
      expect(await read({ offset: first + 2, limit: 1 })).toEqual([]);
      const last = tail === '' ? 0 : 1;
      expect(await read({ offset: last + 1, limit: 3, desc: true })).toEqual(['2']);
      const { count, first: places } = source.skipped();
      expect([count, places.map(({ byte }) => byte)]).toEqual([
        2,
        [1, 0].map((n) => byteOf(head, [good(0), good(1), bad[0], good(2)], n)),
      ]);
    });
  }

  it('an incomplete first line does not affect the next line', async () => {
    const source = await fileSource(scratch.write('first', '{"a":1\n{"b":2}\n{"c":3}\n'), { skipMalformed: true });
    expect(await itemsOf(source)).toEqual([{ b: 2 }, { c: 3 }]);
    expect(source.skipped()).toMatchObject({ count: 1, first: [{ line: 1, byte: 0 }] });
  });

  it('a broken array is one malformed item, and the end', async () => {
    for (const [content, reason] of [
      ['[{"a":1}, {"a":', 'the text ends inside this element'],
      ['[{"a":1} {"a":2}]', 'expected a comma or the end of the array, got "{"'],
    ] as const) {
      const source = await fileSource(scratch.write('end', content), { skipMalformed: true });
      expect(await itemsOf(source)).toEqual([{ a: 1 }]);
      expect(source.skipped()).toMatchObject({ count: 1, first: [{ line: 1, reason }] });
    }
  });

  it('a truncated gzip file is still an error', async () => {
    const path = scratch.write('skip-cut.gz', gzipSync(lines).subarray(0, 20_000));
    expect((await readUntilFailure(await fileSource(path, { skipMalformed: true }))).error).toBeInstanceOf(MalformedInputError);
  });

  it('files of a directory are reported by name', async () => {
    const path = join(scratch.path, 'skip-files');
    mkdirSync(path, { recursive: true });
    for (const [name, content] of [
      ['1', '{"n":1}'],
      ['2', ''],
      ['10', '{"n":10}'],
      ['3', '\n[1]'],
      ['4', '{"n":4'],
    ] as const) {
      scratch.write(`skip-files/${name}.json`, content);
    }
    const strict = await readUntilFailure(await fileSource(path));
    expect(strict.error).toMatchObject({ source: join(path, '2.json'), line: 1, byte: 0 });
    const source = await fileSource(path, { skipMalformed: true });
    expect(await itemsOf(source)).toEqual([{ n: 1 }, { n: 10 }]);
    expect(source.skipped()).toMatchObject({
      count: 3,
      first: [
        { source: join(path, '2.json') },
        { source: join(path, '3.json'), line: 2, byte: 1 },
        { source: join(path, '4.json') },
      ],
    });
    expect(await itemsOf(source, { offset: 1, limit: 2 })).toEqual([]);
  });

  it('items in memory too', async () => {
    const list = [{ a: 1 }, 5, { a: 2 }, null] as never;
    const source = itemsSource(list, { skipMalformed: true });
    expect(await itemsOf(source)).toEqual([{ a: 1 }, { a: 2 }]);
    expect(source.skipped()).toMatchObject({
      count: 2,
      first: [{ item: 2 }, { item: 4, reason: 'expected an object, got null' }],
    });
    expect((await readUntilFailure(itemsSource(list))).error?.message).toBe('items: item 2: expected an object, got a number');
  });
});

function byteOf(head: string, parts: readonly (string | undefined)[], which: number): number {
  return (head + parts.slice(0, which === 0 ? 2 : 4).join('')).length;
}
