import { brotliCompressSync, gzipSync } from 'node:zlib';
import ExcelJS from 'exceljs';
import type { ReadOptions } from '../options.js';

/** 20,000 items. */
export const lines = Buffer.from(Array.from({ length: 20_000 }, (_, n) => `{"n":${n},"x":"${(n * 7919) % 10_007}"}\n`).join(''));

export interface BrokenInput {
  readonly name: string;
  readonly file: string;
  readonly content: string | Uint8Array;
  readonly options?: ReadOptions;
  /** Items that are read before the malformed place; `undefined`: any number. */
  readonly before?: readonly unknown[];
  /** `undefined`: not known, because an unknown number of bytes can be decompressed. */
  readonly line?: number;
  readonly byte?: number;
  readonly reason: string;
}

/** Malformed inputs, and the error for each. */
export const broken: readonly BrokenInput[] = [
  { name: 'one brace', file: 'a', content: '{', before: [], line: 1, byte: 0, reason: 'not valid JSON' },
  {
    name: 'text that is not JSON, whatever it is called',
    file: 'a.txt',
    content: 'a,b\n1,2\n',
    before: [],
    line: 1,
    byte: 0,
    reason: 'not valid JSON',
  },
  {
    name: 'a broken line after two good ones',
    file: 'a',
    content: '{"a":1}\n\n{"a":2}\n{"a":\n{"a":4}',
    line: 4,
    byte: 17,
    reason: 'not valid JSON',
  },
  {
    name: 'a first line that breaks off before another object',
    file: 'a',
    content: '{"a":1\n{"b":2}\n',
    before: [],
    line: 1,
    byte: 0,
    reason: 'not valid JSON',
  },
  {
    name: 'a line that is a number',
    file: 'a',
    content: '{"a":1}\n5\n',
    line: 2,
    byte: 8,
    reason: 'expected a JSON object, got a number',
  },
  {
    name: 'invalid UTF-8',
    file: 'a',
    content: Buffer.from('{"a":1}\n{"a":"\xff"}\n', 'latin1'),
    line: 2,
    byte: 8,
    reason: 'invalid UTF-8',
  },
  {
    name: 'an item nested too deeply',
    file: 'a',
    content: `{"a":1}\n{"a":${'['.repeat(20)}${']'.repeat(20)}}\n`,
    options: { maxDepth: 20 },
    line: 2,
    byte: 8,
    reason: 'nested deeper than 20 levels',
  },
  {
    name: 'an element that is a string',
    file: 'a',
    content: '[{"a":1},\n "x"]',
    before: [],
    line: 2,
    byte: 11,
    reason: 'expected a JSON object, got a string',
  },
  {
    name: 'an element that is an array',
    file: 'a',
    content: '[{"a":1},[{"a":2}]]',
    before: [],
    line: 1,
    byte: 9,
    reason: 'expected a JSON object, got an array',
  },
  {
    name: 'an array that does not end',
    file: 'a',
    content: '[{"a":1},\n{"a":2}\n',
    before: [{ a: 1 }, { a: 2 }],
    line: 3,
    byte: 18,
    reason: 'the text ends inside the array',
  },
  {
    name: 'an array that ends inside an element',
    file: 'a',
    content: '[{"a":1},\n{"a":',
    before: [{ a: 1 }],
    line: 2,
    byte: 10,
    reason: 'the text ends inside this element',
  },
  {
    name: 'two elements without a comma',
    file: 'a',
    content: '[{"a":1}\n{"a":2}]',
    before: [{ a: 1 }],
    line: 2,
    byte: 9,
    reason: 'expected a comma or the end of the array, got "{"',
  },
  {
    name: 'a comma before the end',
    file: 'a',
    content: '[{"a":1},]',
    before: [{ a: 1 }],
    line: 1,
    byte: 8,
    reason: 'not valid JSON: a trailing comma, which `lenient` ignores',
  },
  {
    name: 'something after the array',
    file: 'a',
    content: '[{"a":1}] x',
    before: [{ a: 1 }],
    line: 1,
    byte: 10,
    reason: 'expected nothing after the array, got "x"',
  },
  {
    name: 'a control character after the array',
    file: 'a',
    content: '[{"a":1}]\u0001',
    before: [{ a: 1 }],
    line: 1,
    byte: 9,
    reason: 'expected nothing after the array, got byte 0x01',
  },
  { name: 'gzip cut short', file: 'a.gz', content: gzipSync(lines).subarray(0, 20_000), reason: 'the gzip data ends too early' },
  {
    name: 'gzip of a few bytes, cut short',
    file: 'a.gz',
    content: gzipSync('{"a":1}\n').subarray(0, 12),
    before: [],
    reason: 'the gzip data ends too early',
  },
  {
    name: 'gzip with a wrong byte',
    file: 'a.gz',
    content: withWrongByte(gzipSync(lines), gzipSync(lines).length - 6),
    reason: 'the gzip data is corrupt: ',
  },
  {
    name: 'text called .br',
    file: 'a.br',
    content: '# nothing\n',
    before: [],
    line: 1,
    byte: 0,
    reason: 'not brotli data, or corrupt',
  },
  {
    name: 'brotli cut short',
    file: 'a.br',
    content: brotliCompressSync(lines).subarray(0, 5000),
    reason: 'the brotli data ends too early',
  },
  {
    name: 'a cell too many',
    file: 'a.csv',
    content: 'a,b\n1,2\n\n1,2,3\n',
    before: [],
    line: 4,
    byte: 9,
    reason: '3 cells in a row; the header has 2',
  },
  {
    name: 'quotes that do not close',
    file: 'a.csv',
    content: 'a,b\n1,2\n"1\n,2\n',
    before: [{ a: '1', b: '2' }],
    line: 3,
    byte: 8,
    reason: 'a quoted cell does not end',
  },
  {
    name: 'text after a closing quote',
    file: 'a.csv',
    content: 'a,b\r\n"1\r\n"x,2\r\n',
    before: [],
    line: 2,
    byte: 5,
    reason: 'text after the closing quote of a cell',
  },
  {
    name: 'a table in another encoding',
    file: 'a.csv',
    content: Buffer.from('a,b\n1,\xe9\n', 'latin1'),
    before: [],
    line: 2,
    byte: 4,
    reason: 'invalid UTF-8',
  },
  {
    name: 'JSON read as a table because it was asked for',
    file: 'a.json',
    content: '{"a":1,"b":2}',
    options: { inputFormat: 'csv' },
    before: [],
    line: 1,
    byte: 0,
    reason: 'in the header row: ',
  },
  {
    name: 'an old workbook',
    file: 'a.xls',
    content: Buffer.from('d0cf11e0a1b11ae1', 'hex'),
    before: [],
    line: 1,
    byte: 0,
    reason: 'an .xls workbook, or a workbook with a password, which cannot be read; save it as .xlsx or .csv',
  },
  {
    name: 'a zip archive that is no workbook',
    file: 'a.xlsx',
    content: Buffer.concat([Buffer.from('504b0506', 'hex'), Buffer.alloc(18)]),
    before: [],
    line: 1,
    byte: 0,
    reason: 'not a complete .xlsx workbook: it has no _rels/.rels',
  },
  {
    name: 'a workbook cut short',
    file: 'a.xlsx',
    content: (await workbook()).subarray(0, 3000),
    before: [],
    line: 1,
    byte: 0,
    reason: 'not a complete .xlsx workbook: ',
  },
  {
    name: 'text read as a workbook because it was asked for',
    file: 'a',
    content: 'x',
    options: { inputFormat: 'xlsx' },
    before: [],
    line: 1,
    byte: 0,
    reason: 'not a complete .xlsx workbook: ',
  },
];

export async function workbook(): Promise<Buffer> {
  const book = new ExcelJS.Workbook();
  const sheet = book.addWorksheet('Data');
  sheet.addRow(['a']);
  for (let n = 0; n < 500; n++) sheet.addRow([`value ${n * 7919}`]);
  return Buffer.from(await book.xlsx.writeBuffer());
}

export function withWrongByte(bytes: Buffer, at: number): Buffer {
  const copy = Buffer.from(bytes);
  copy[at] = (copy[at] as number) ^ 0xff;
  return copy;
}
