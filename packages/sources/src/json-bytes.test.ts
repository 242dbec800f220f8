import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileSource } from './file.js';
import { itemFilesSource } from './formats/directory.js';
import { linesSource } from './lines-file.js';
import { type CheckedSource, joinSources } from './source.js';
import { streamSource } from './stream.js';
import { bothReadings, itemsOfJson } from './testing/json-items.js';
import { itemsOf, noFacts, openFiles, scratchDirectory, slice, windows } from './testing/scratch.js';
import { wholeWindow } from './window.js';

const scratch = scratchDirectory();
const items = Array.from({ length: 30 }, (_, n) => ({ n, text: `é "${n}" \\ {[`, list: [n, { a: null }] }));
const lines = items.map((item) => `${JSON.stringify(item)}\n`).join('');
const array = JSON.stringify(items, null, 2);

/** Lines that are malformed in many ways, and valid ones. */
const faulty = ['{"n":1}', '{"n":', '[1]', '', '{"n":2} x', '"x"', '{"n":3}\r', '{"n":"\u0001"}', '{"n":4}'].join('\n');
const faultyArray = '[\n{"n":1},\n{"n": },\n[1],\n  {"n":2},\n"x",\n5,\n{"n":3}]';

interface Kind {
  readonly name: string;
  readonly content: string | Uint8Array;
  /** Whether the source also gives bytes in reverse. */
  readonly backwards: boolean;
}

const kinds: readonly Kind[] = [
  { name: 'a.jsonl', content: lines, backwards: true },
  { name: 'unended.jsonl', content: lines.trimEnd(), backwards: true },
  { name: 'crlf.jsonl', content: lines.replaceAll('\n', '\r\n'), backwards: true },
  { name: 'marked.jsonl', content: `\ufeff${lines}`, backwards: true },
  { name: 'blank lines.jsonl', content: `\n\n${lines.replaceAll('\n', '\n \n')}`, backwards: true },
  { name: 'a.json', content: array, backwards: false },
  { name: 'marked.json', content: `\ufeff ${array}\n`, backwards: false },
  { name: 'one after the other.json', content: items.map((item) => JSON.stringify(item, null, 1)).join(' '), backwards: false },
  { name: 'a.jsonl.gz', content: gzipSync(lines), backwards: false },
  { name: 'a.json.br', content: brotliCompressSync(array), backwards: false },
  { name: 'faulty.jsonl', content: faulty, backwards: true },
  { name: 'faulty.json', content: faultyArray, backwards: false },
  { name: 'not utf-8.jsonl', content: Buffer.from(`{"n":1}\n{"n":"\xe9"}\n{"n":2}`, 'latin1'), backwards: true },
];

describe.each(kinds)('$name', ({ name, content, backwards }) => {
  const ways: readonly (readonly [string, (skipMalformed: boolean) => CheckedSource | Promise<CheckedSource>, boolean])[] = [
    [
      'a file',
      (skip) => fileSource(scratch.write(name, content), { chunkSize: 64, ...(skip && { skipMalformed: true }) }),
      backwards,
    ],
    [
      'a stream',
      (skip) => streamSource(Readable.from(cut(Buffer.from(content))), noFacts, skip ? { skipMalformed: true } : {}),
      false,
    ],
  ];
  for (const [way, open, canReverse] of ways) {
    for (const skip of [false, true]) {
      it.each(windows)(
        `${way}: gives as bytes what it gives as objects${skip ? ', malformed items skipped' : ''}: %j`,
        async (window) => {
          const objects = await bothReadings(await open(skip), window);
          const json = await itemsOfJson(await open(skip), window).catch((error: Error) => error.message);
          if (window.desc && !canReverse) return expect(json).toBeUndefined();
          expect(json).toEqual(objects.objects?.items);
          if (way === 'a file') expect(objects.json).toEqual(objects.objects);
        },
      );
    }
  }
});

function* cut(bytes: Buffer): Generator<Buffer> {
  for (let at = 0; at < bytes.length; at += 37) yield bytes.subarray(at, at + 37);
}

describe('sources that are joined', () => {
  const files: [string, string | Uint8Array][] = [
    ['joined 1.jsonl', lines.trimEnd()],
    ['joined 2.json', faultyArray],
    ['joined 3.jsonl.gz', gzipSync(lines)],
    ['joined 4.jsonl', faulty],
  ];
  const open = async (names: number, skipMalformed: boolean) => {
    const options = { chunkSize: 64, ...(skipMalformed && { skipMalformed: true as const }) };
    const sources = files.slice(0, names).map(([name, content]) => fileSource(scratch.write(name, content), options));
    return joinSources(noFacts, await Promise.all(sources));
  };

  it.each(windows)('give as bytes what they give as objects: %j', async (window) => {
    for (const skip of [false, true]) {
      const { objects, json } = await bothReadings(await open(window.desc ? 1 : 4, skip), window);
      expect(json).toEqual(objects);
    }
  });

  it('give no bytes where one of them gives none', async () => {
    expect(await (await open(3, false)).json?.({ ...wholeWindow, desc: true })).toBeUndefined();
    const table = await fileSource(scratch.write('joined.csv', 'n,text\n1,x\n'));
    const joined = joinSources(noFacts, [await open(1, false), table]);
    expect(await joined.json?.()).toBeUndefined();
    expect((await itemsOf(joined)).length).toBe(items.length + 1);
  });
});

describe('a directory of items', () => {
  const path = join(scratch.path, 'items');
  mkdirSync(path);
  const names = items.map((_, n) => `${String(n + 1).padStart(9, '0')}.json`);
  for (const [n, name] of names.entries())
    writeFileSync(join(path, name), n === 7 ? '\ufeff\n {"n"' : n === 9 ? ' \n' : `\n${JSON.stringify(items[n], null, 2)}`);

  it.each(windows)('gives the same items as bytes and as objects: %j', async (window) => {
    for (const options of [{}, { skipMalformed: true } as const]) {
      const { objects, json } = await bothReadings(itemFilesSource(path, names, noFacts, options), window);
      expect(json).toEqual(objects);
    }
  });
});

describe('lines with known offsets', () => {
  const path = scratch.write('known.jsonl', `not read\n${lines}{"never":1}`);
  const file = { path, facts: noFacts, total: items.length };
  const begin = 9;
  const end = begin + Buffer.byteLength(lines);

  it.each(windows)('gives the same items as bytes and as objects: %j', async (window) => {
    const source = linesSource(
      { ...file, locate: async (window) => ({ start: begin, end, line: 2, window }) },
      { chunkSize: 100 },
    );
    const { objects, json } = await bothReadings(source, window);
    expect(objects?.items).toEqual(slice(items, window));
    expect(json).toEqual(objects);
  });

  it('names the line of a malformed item', async () => {
    const source = linesSource({ ...file, locate: async (window) => ({ start: 0, end, line: 1, window }) });
    for (const window of [{}, { desc: true }]) {
      const { objects, json } = await bothReadings(source, window);
      expect(json?.items).toBe(`${path}: line 1, byte 0: not valid JSON`);
      expect(json).toEqual(objects);
    }
  });
});

describe('what is not JSON', () => {
  it.each([
    ['a.csv', 'n,text\n1,x\n'],
    ['a.csv.gz', gzipSync('n,text\n1,x\n')],
  ])('is given as objects alone: %s', async (name, content) => {
    const source = await fileSource(scratch.write(name, content));
    expect(await source.json?.()).toBeUndefined();
    expect(await itemsOf(source)).toEqual([{ n: '1', text: 'x' }]);
  });

  it('detecting the format of a stream loses no bytes', async () => {
    const source = streamSource(Readable.from([Buffer.from('n,te'), Buffer.from('xt\n1,x\n')]), noFacts, { inputFormat: 'csv' });
    expect(await source.json?.()).toBeUndefined();
    expect(await itemsOf(source)).toEqual([{ n: '1', text: 'x' }]);
  });

  const broken: [string, Buffer, string][] = [
    ['bytes of no format', Buffer.of(0xff, 0xfe, 0, 0, 0x7b, 0, 0, 0), 'UTF-32'],
    ['bytes that end too early', gzipSync(lines.repeat(100)).subarray(0, 400), 'the gzip data ends too early'],
  ];
  it.each(broken)('%s give the same error as with objects', async (_, content, reason) => {
    const open = () => streamSource(Readable.from([content]), noFacts);
    const objects = await itemsOf(open()).catch((error: Error) => error.message);
    expect(objects).toContain(reason);
    // Where the bytes cannot be given, the items can still be asked for, and are the error.
    const stream = open();
    const reading = () => itemsOfJson(stream);
    const items =
      (await reading().catch((error: Error) => error.message)) ?? (await itemsOf(stream).catch((error: Error) => error.message));
    expect(items).toBe(objects);
    const file = await bothReadings(await fileSource(scratch.write('broken.jsonl', content)));
    expect(file.objects?.items).toContain(reason);
    if (file.json !== undefined) expect(file.json).toEqual(file.objects);
  });
});

it.runIf(process.platform === 'linux')('leaves no file open, read in part or not at all', async () => {
  const paths = kinds.map(({ name, content }) => scratch.write(name, content));
  const before = openFiles();
  for (const path of paths) {
    for (const desc of [false, true]) {
      const source = await fileSource(path, { chunkSize: 64 });
      const unread = await source.json?.({ ...wholeWindow, desc });
      const read = await source.json?.({ ...wholeWindow, desc });
      if (read !== undefined && read.framing !== 'joined') for await (const _ of read.pieces) break;
      expect([path, unread?.framing, openFiles()]).toEqual([path, read?.framing, before]);
    }
  }
});
