import { gzipSync } from 'node:zlib';
import { MalformedInputError } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { fileSource } from './file.js';
import { broken, lines, withWrongByte, workbook } from './testing/broken.js';
import { itemsOf, readUntilFailure, scratchDirectory } from './testing/scratch.js';

const scratch = scratchDirectory();

describe('input that is not items', () => {
  for (const { name, file, content, options = {}, before, line, byte, reason } of broken) {
    it(name, async () => {
      const path = scratch.write(file, content);
      const { items, error } = await readUntilFailure(await fileSource(path, { chunkSize: 4096, ...options }));
      expect(error).toBeInstanceOf(MalformedInputError);
      expect(error?.message).toContain(`${path}: `);
      expect(error?.message).toContain(reason);
      if (before !== undefined) expect(items).toEqual(before);
      if (line !== undefined) expect([error?.line, error?.byte]).toEqual([line, byte]);
      const backwards = await readUntilFailure(await fileSource(path, options), { desc: true });
      expect(backwards.error).toBeInstanceOf(MalformedInputError);
    });
  }

  it('a workbook with a wrong byte', async () => {
    const book = await workbook();
    const path = scratch.write('wrong.xlsx', withWrongByte(book, book.indexOf('xl/worksheets/sheet1.xml') + 60));
    const { error } = await readUntilFailure(await fileSource(path));
    expect(error).toBeInstanceOf(MalformedInputError);
  });

  it('reports line and byte of the decompressed text', async () => {
    const path = scratch.write('line.gz', gzipSync('{"a":1}\n{"a":2}\nx\n'));
    expect((await readUntilFailure(await fileSource(path))).error).toMatchObject({ line: 3, byte: 16 });
    const cut = scratch.write('cut.gz', gzipSync(lines).subarray(0, 20_000));
    const { items, error } = await readUntilFailure(await fileSource(cut));
    expect(items.length).toBeGreaterThan(100);
    expect(error?.line).toBe(items.length + 1);
  });
});

describe('empty input is valid', () => {
  for (const [name, content] of [
    ['a', ''],
    ['a.csv', ''],
    ['a.json', '[]'],
    ['b.json', ' [ ]\n'],
    ['b', '\n'],
    ['c', '\ufeff'],
    ['b.csv', 'a,b\n'],
    ['a.gz', gzipSync('')],
  ] as const) {
    it(`${name}: ${JSON.stringify(content)}`, async () => {
      const source = await fileSource(scratch.write(`none-${name}`, content));
      expect(await itemsOf(source)).toEqual([]);
      expect(await itemsOf(source, { desc: true })).toEqual([]);
    });
  }
});
