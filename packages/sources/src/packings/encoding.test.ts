import { Readable } from 'node:stream';
import { gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { fileSource } from '../file.js';
import type { ReadOptions } from '../options.js';
import { streamSource } from '../stream.js';
import { bothReadings } from '../testing/json-items.js';
import { itemsOf, noFacts, readUntilFailure, scratchDirectory } from '../testing/scratch.js';

const scratch = scratchDirectory();
const fixture = (name: string): string => new URL(`../../../../test/fixtures/from-reports/${name}`, import.meta.url).pathname;

const big = (text: string): Buffer => Buffer.from(text, 'utf16le').swap16();
const little = (text: string): Buffer => Buffer.from(text, 'utf16le');
const latin = (text: string): Buffer => Buffer.from(text, 'latin1');
const lines = '{"a":"žluť 🐎"}\n{"a":"é"}\n';
const read = [{ a: 'žluť 🐎' }, { a: 'é' }];

interface Row {
  readonly name: string;
  readonly file: string;
  readonly bytes: Buffer;
  readonly encoding?: string;
  readonly items: readonly unknown[];
}

const rows: readonly Row[] = [
  { name: 'UTF-16 with its mark, JSON Lines', file: 'a.jsonl', bytes: little(`\ufeff${lines}`), items: read },
  { name: 'UTF-16 BE with its mark, CSV', file: 'a.csv', bytes: big('\ufeffa;b\nž;🐎\n'), items: [{ a: 'ž', b: '🐎' }] },
  { name: 'UTF-16 without a mark, JSON Lines', file: 'b', bytes: little(lines), items: read },
  {
    name: 'UTF-16 BE without a mark, a JSON array',
    file: 'c',
    bytes: big(`\r\n [${JSON.stringify(read[0])}]`),
    items: [read[0]],
  },
  { name: 'UTF-16 without a mark, CSV', file: 'k.csv', bytes: little('a\tb\r\nž\t2\r\n'), items: [{ a: 'ž', b: '2' }] },
  { name: 'UTF-16 BE without a mark, CSV', file: 'l.csv', bytes: big('"a",b\n1,ž\n'), items: [{ a: '1', b: 'ž' }] },
  { name: 'UTF-16 that begins with a tab', file: 'm.json', bytes: little('\t[{"a":"ž"}]'), items: [{ a: 'ž' }] },
  { name: 'UTF-16 BE that begins with a tab', file: 'n.json', bytes: big('\t[{"a":"ž"}]'), items: [{ a: 'ž' }] },
  { name: 'UTF-16 with a blank first line, CSV', file: 'o.csv', bytes: little('\r\na\r\nž\r\n'), items: [{ a: 'ž' }] },
  { name: 'UTF-16 with a name of one character, CSV', file: 'p.csv', bytes: little('a\r\nž\r\n'), items: [{ a: 'ž' }] },
  { name: 'only the mark of UTF-16', file: 'd', bytes: little('\ufeff'), items: [] },
  { name: 'UTF-16 by name, CSV', file: 'b.csv', bytes: little('a\nž\n'), encoding: 'utf-16le', items: [{ a: 'ž' }] },
  { name: 'windows-1250', file: 'c.csv', bytes: latin('n\xe1zev\nst\xf9l\n'), encoding: 'cp1250', items: [{ název: 'stůl' }] },
  {
    name: 'windows-1252, with characters that ISO 8859-1 does not have',
    file: 'd.csv',
    bytes: latin('\x80,\x93x\x94\n\x85,\xe9\n'),
    encoding: 'latin1',
    items: [{ '€': '…', '“x”': 'é' }],
  },
  { name: 'ISO 8859-15', file: 'e.jsonl', bytes: latin('{"a":"\xa4"}\n'), encoding: 'ISO-8859-15', items: [{ a: '€' }] },
  {
    name: 'Shift JIS, whose second bytes may be a backslash',
    file: 'f.json',
    bytes: Buffer.concat([latin('[{"a":"'), Buffer.from([0x95, 0x5c, 0x8e, 0xa6]), latin('"}]')]),
    encoding: 'shift_jis',
    items: [{ a: '表示' }],
  },
  { name: 'GB18030', file: 'g.csv', bytes: Buffer.from([0x61, 0x0a, 0xd6, 0xd0]), encoding: 'gb18030', items: [{ a: '中' }] },
  {
    name: 'a byte of the mark of UTF-16 alone',
    file: 'q.csv',
    bytes: latin('a\xfe\n1\n'),
    encoding: 'latin1',
    items: [{ aþ: '1' }],
  },
  { name: 'its other byte', file: 'r.csv', bytes: latin('\xffa\n1\n'), encoding: 'latin1', items: [{ ÿa: '1' }] },
  { name: 'UTF-8 by name', file: 'h.jsonl', bytes: Buffer.from(lines), encoding: 'utf8', items: read },
  {
    name: 'UTF-8 by its mark, whatever is said',
    file: 'i.jsonl',
    bytes: Buffer.from(`\ufeff${lines}`),
    encoding: 'latin1',
    items: read,
  },
  {
    name: 'UTF-16 by its mark, whatever is said',
    file: 'j.jsonl',
    bytes: little(`\ufeff${lines}`),
    encoding: 'latin1',
    items: read,
  },
];

describe.each(rows)('$name', ({ file, bytes, encoding, items }) => {
  const options: ReadOptions = encoding === undefined ? {} : { encoding };

  it.each([undefined, 1, 5])('a file, %s bytes at a time', async (chunkSize) => {
    const source = await fileSource(scratch.write(file, bytes), { ...options, chunkSize });
    const { objects, json } = await bothReadings(source);
    expect(objects?.items).toEqual(items);
    expect(json).toEqual(file.endsWith('.csv') ? undefined : objects);
    expect(await itemsOf(source, { desc: true })).toEqual(items.toReversed());
  });

  it('packed, and a stream', async () => {
    expect(await itemsOf(await fileSource(scratch.write(`${file}.gz`, gzipSync(bytes)), options))).toEqual(items);
    expect(await itemsOf(streamSource(Readable.from([bytes]), noFacts, options, file))).toEqual(items);
  });
});

it('files of reports', async () => {
  expect(await itemsOf(await fileSource(fixture('B07-latin2.csv'), { encoding: 'iso-8859-2' }))).toEqual([
    { název: 'stůl', cena: '3' },
  ]);
  expect(await itemsOf(await fileSource(fixture('B07b-utf16.csv')))).toEqual([{ name: 'a' }]);
});

describe('refused', () => {
  it.each([
    [
      'bytes that the encoding does not have',
      latin('{"a":1}\n{"a":"\x81'),
      { encoding: 'shift_jis' },
      'not text in the encoding shift_jis',
    ],
    ['half of a character', Buffer.concat([little('\ufeff{"a":1}\n'), Buffer.of(0x7b)]), {}, 'not text in the encoding utf-16le'],
    ['half of a pair', little('{"a":"\ud83d"}\n'), {}, 'not text in the encoding utf-16le'],
    ['UTF-32', Buffer.from('fffe00007b0000007d000000', 'hex'), {}, 'UTF-32'],
    ['UTF-32 BE', Buffer.from('0000feff0000007b0000007d', 'hex'), {}, 'UTF-32'],
    [
      'text in an encoding that is not said',
      latin('{"a":"\xe9"}'),
      {},
      'invalid UTF-8; for a file in another encoding, `encoding` names it',
    ],
  ] satisfies [string, Buffer, ReadOptions, string][])('%s', async (_, bytes, options, message) => {
    const { error } = await readUntilFailure(await fileSource(scratch.write('refused', bytes), options));
    expect(error?.message).toContain(message);
  });

  it('places are those in the text as UTF-8', async () => {
    const { error } = await readUntilFailure(await fileSource(scratch.write('place', little('\ufeff{"a":"ž"}\n{"a":NaN}\n'))));
    expect(error).toMatchObject({ line: 2, byte: 16 });
  });
});
