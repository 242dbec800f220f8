import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { oneOf, wholeNumber } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { fileSource } from './file.js';
import { openInputs } from './inputs.js';
import { checkReadOptions, type ReadOptions } from './options.js';
import { defineInput } from './own-input.js';
import { streamSource } from './stream.js';
import { itemsOf, noFacts, scratchDirectory, slice, windows } from './testing/scratch.js';

const { write } = scratchDirectory();

/** `NUM`, then one byte per item. */
const bytes = defineInput({
  extensions: ['num'],
  signature: 'NUM',
  parameters: { scale: wholeNumber('Factor'), kind: oneOf('Kind of value', ['number', 'bigint', 'date']) },
  async *items({ size, read }, { scale = 1, kind = 'number' }) {
    const one = Buffer.alloc(1);
    for (let at = 3; at < size; at++) {
      await read(one, at);
      const n = (one[0] ?? 0) * scale;
      yield { n: { number: n, bigint: BigInt(n), date: new Date(n) }[kind] };
    }
  },
});
/** A line per item. It has no signature. */
const words = defineInput({
  extensions: ['words'],
  async *items({ chunks }) {
    let text = '';
    for await (const chunk of chunks()) text += Buffer.from(chunk).toString();
    for (const word of text.split('\n')) yield { word };
  },
});
const inputs = { bytes, words };
const numbers = Array.from({ length: 20 }, (_, n) => ({ n }));
const stored = Buffer.from([...Buffer.from('NUM'), ...numbers.keys()]);
const plain = write('a.num', stored);

describe('an input of its own', () => {
  it.each<[string, () => Promise<Awaited<ReturnType<typeof fileSource>>>]>([
    ['a file', () => fileSource(plain, { inputs })],
    ['a file of another name', () => fileSource(write('a.txt', stored), { inputs })],
    ['a packed file', () => fileSource(write('b.num.gz', gzipSync(stored)), { inputs })],
    ['a stream', async () => streamSource(Readable.from([stored.subarray(0, 2), stored.subarray(2)]), noFacts, { inputs })],
    ['several files', () => openInputs([write('c.num', stored.subarray(0, 10)), write('c.jsonl', jsonLines(7))], { inputs })],
  ])('%s: every window', async (_, open) => {
    for (const window of windows) expect(await itemsOf(await open(), window)).toEqual(slice(numbers, window));
  });

  it('is counted, once per file, and closed when the reader stops early', async () => {
    const source = await fileSource(plain, { inputs });
    expect([await source.total(), await source.count?.()]).toEqual([undefined, 20]);
    expect(await itemsOf(source, { limit: 2 })).toEqual(numbers.slice(0, 2));
  });

  it('without a signature is detected by its extension, or asked for', async () => {
    expect(await itemsOf(await fileSource(write('d.words', 'a\nb'), { inputs }))).toEqual([{ word: 'a' }, { word: 'b' }]);
    expect(await itemsOf(await fileSource(write('d.txt', 'a'), { inputs, inputFormat: 'words' }))).toEqual([{ word: 'a' }]);
  });

  it('replaces one of the library of the same name', async () => {
    const source = await fileSource(write('d.csv', 'a,b'), { inputs: { csv: words }, inputFormat: 'csv' });
    expect(await itemsOf(source)).toEqual([{ word: 'a,b' }]);
  });

  it('has parameters, and its items are converted like all others', async () => {
    const path = write('e.num', Buffer.from('NUM\x01\x02'));
    expect(await itemsOf(await fileSource(path, { inputs, inputOptions: { scale: '3' } }))).toEqual([{ n: 3 }, { n: 6 }]);
    expect(await itemsOf(await fileSource(path, { inputs, inputOptions: { kind: 'date' } }))).toEqual([
      { n: '1970-01-01T00:00:00.001Z' },
      { n: '1970-01-01T00:00:00.002Z' },
    ]);
    const refused = itemsOf(await fileSource(path, { inputs, inputOptions: { kind: 'bigint' } }));
    await expect(refused).rejects.toThrow(`${path}: item 1: a BigInt in the field "n"`);
  });
});

function jsonLines(from: number): string {
  return numbers
    .slice(from)
    .map((item) => `${JSON.stringify(item)}\n`)
    .join('');
}

describe('options of reading', () => {
  it.each<[object, string]>([
    [{ inputformat: 'csv' }, 'inputformat: got "\\"csv\\"", expected a parameter that exists; did you mean `inputFormat`?'],
    [{ inputFormat: 'cvs' }, 'inputFormat: got "cvs", expected one of jsonl, json, json-seq, csv, xlsx, directory'],
    [{ inputFormat: 'cvs', inputs }, 'expected one of jsonl, json, json-seq, csv, xlsx, directory, bytes, words'],
    [{ inputs: { bytes: {} } }, 'inputs: got "an object", expected formats of `defineInput` by name'],
    [{ inputs, inputOptions: { scal: 1 } }, 'scal: got "1", expected a parameter that exists; did you mean `scale`?'],
    [{ inputs, inputOptions: { scale: -1 } }, 'scale: got "-1", expected a whole number, 0 or more'],
    [{ chunkSize: 0 }, 'chunkSize: got "0", expected a whole number, 1 or more'],
    [{ maxDepth: 5001 }, 'maxDepth: got "5001", expected a whole number from 0 to 5000'],
    [{ nested: 'x' }, 'nested: got "x", expected 1, true, 0 or false'],
  ])('%j is refused', async (options, message) => {
    expect(() => checkReadOptions(options as ReadOptions)).toThrow(message);
    await expect(fileSource(plain, options as ReadOptions)).rejects.toThrow(message);
    expect(() => streamSource(Readable.from(['']), noFacts, options as ReadOptions)).toThrow(message);
  });
});
