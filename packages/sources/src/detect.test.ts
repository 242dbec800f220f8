import { brotliCompressSync, gzipSync } from 'node:zlib';
import { describe, expect, it } from 'vitest';
import { type Detection, detect, isTelling } from './detect.js';
import { sourceFormats } from './formats/index.js';
import { packings } from './packings/index.js';

const rows: readonly (readonly [text: string, form: string])[] = [
  ['{"a":1}\n{"a":2}', 'jsonl'],
  ['{"a":1}', 'jsonl'],
  ['[{"a":1}]', 'json'],
  ['\n  [', 'json'],
  ['{\n"a":1}', 'json'],
  ['{"a":\n1}', 'json'],
  ['{"a"\n:1}', 'json'],
  ['{"a":1,\r\n"b":2}', 'json'],
  ['{"a":1\n,"b":2}', 'json'],
  ['{"a":1\n}', 'json'],
  ['{"a":[1\n\n ]}', 'json'],
  ['{"a":1\n{"b":2}', 'jsonl'],
  ['{"a":1\r\n\r\n{"b":2}', 'jsonl'],
  ['{"a":"x\n{"b":2}', 'jsonl'],
  ['{"a":"}",\n"b":2}', 'json'],
  ['{"a":"]","b":"[",\n"c":2}', 'json'],
  ['{"a":[1,2\n{"b":2}', 'jsonl'],
  ['{"a":"{\\"\n', 'jsonl'],
  ['{"a":1\n', 'jsonl'],
  ['id,name', 'jsonl'],
  ['"id"', 'jsonl'],
  ['', 'jsonl'],
];

const named: readonly (readonly [text: string, extension: string, form: string])[] = [
  ['id,name\n', 'csv', 'csv'],
  ['', 'tsv', 'csv'],
  ['[id],name\n', 'csv', 'csv'],
  ['{id},name\n', 'csv', 'csv'],
  ['{"id":1}\n', 'csv', 'jsonl'],
  [' [ {"id":1}]\n', 'csv', 'json'],
  ['[]', 'csv', 'json'],
  ['id,name\n', 'txt', 'jsonl'],
  ['{"id":1}', 'json', 'jsonl'],
  ['[', 'csv', 'json'],
  ['{ ', 'csv', 'jsonl'],
  ['  \n', 'csv', 'csv'],
  ['id,name\n', 'CSV', 'jsonl'],
];

const zip = Buffer.of(0x50, 0x4b, 0x03, 0x04, 0, 0);
const lines = Buffer.from('{"a":1}\n');
const text = Buffer.from('id,name\n');

const bytes: readonly (readonly [what: string, bytes: Buffer, kind: string, details?: Partial<Detection>])[] = [
  ['a zip archive', zip, 'xlsx'],
  ['a zip archive without files', Buffer.of(0x50, 0x4b, 0x05, 0x06), 'xlsx'],
  ['a zip archive called .csv', zip, 'xlsx', { extension: 'csv' }],
  ['a zip archive called .br', zip, 'xlsx', { extension: 'br' }],
  ['the beginning of a zip archive', zip.subarray(0, 3), 'jsonl'],
  ['gzip', gzipSync(lines), 'gzip'],
  ['gzip called .csv', gzipSync(lines), 'gzip', { extension: 'csv' }],
  ['gzip called .br', gzipSync(lines), 'gzip', { extension: 'br' }],
  ['the beginning of gzip', Buffer.of(0x1f, 0x8b), 'jsonl'],
  ['brotli', brotliCompressSync(lines), 'brotli', { extension: 'br' }],
  ['brotli under another name', brotliCompressSync(lines), 'jsonl', { extension: 'jsonl' }],
  ['JSON Lines called .br', lines, 'jsonl', { extension: 'br' }],
  ['JSON that has only begun, called .br', Buffer.from('{ '), 'jsonl', { extension: 'br' }],
  ['a table called .br, which brotli must refuse', text, 'brotli', { extension: 'br' }],
  ['a table called .br after a byte order mark', text, 'jsonl', { extension: 'br', marked: true }],
  ['nothing called .br', Buffer.alloc(0), 'jsonl', { extension: 'br' }],
  ['UTF-16, little end first', Buffer.from('\ufeff[]', 'utf16le'), 'utf16le'],
  ['UTF-16, big end first', Buffer.of(0xfe, 0xff, 0, 0x5b), 'utf16be'],
  ['UTF-16 called .csv', Buffer.from('\ufeffid', 'utf16le'), 'utf16le', { extension: 'csv' }],
  ['UTF-16 without a mark', Buffer.from(' [{', 'utf16le'), 'utf16le'],
  ['zstd', Buffer.of(0x28, 0xb5, 0x2f, 0xfd), 'zstd'],
  ['zstd called .csv', Buffer.of(0x28, 0xb5, 0x2f, 0xfd), 'zstd', { extension: 'csv' }],
  ['xz', Buffer.from('fd377a585a0000', 'hex'), 'xz data'],
  ['bzip2', Buffer.from('BZh91AY'), 'bzip2 data'],
  ['HTML called .xls', Buffer.from('\n<html><table>'), 'HTML or XML', { extension: 'xls' }],
  ['HTML called .csv', Buffer.from('<!DOCTYPE html>'), 'HTML or XML', { extension: 'csv' }],
  ['XML', Buffer.from('<?xml version="1.0"?><a/>'), 'HTML or XML', { extension: 'xml' }],
  ['a table whose first name begins with a bracket', Buffer.from('<3,b\n'), 'csv', { extension: 'csv' }],
  ['Parquet', Buffer.from('PAR1'), 'a Parquet file'],
  ['an old workbook', Buffer.of(0xd0, 0xcf, 0x11, 0xe0, 0xa1), '.xls'],
  ['lines, requested as a table', lines, 'csv', { asked: sourceFormats.csv }],
  ['a table, requested as lines', text, 'jsonl', { asked: sourceFormats.jsonl, extension: 'csv' }],
  ['UTF-16 that is asked for as a table', Buffer.from('\ufeffid', 'utf16le'), 'utf16le', { asked: sourceFormats.csv }],
  ['an old workbook that is asked for', Buffer.of(0xd0, 0xcf, 0x11, 0xe0), '.xls', { asked: sourceFormats.xlsx }],
  ['gzip of the requested format', gzipSync(lines), 'gzip', { asked: sourceFormats.csv }],
  ['a zip archive called .br, requested by format', zip, 'xlsx', { asked: sourceFormats.xlsx, extension: 'br' }],
];

const names = new Map<unknown, string>(
  [...Object.entries(packings), ...Object.entries(sourceFormats)].map(([name, kind]) => [kind, name]),
);

function detected(head: Buffer, details: Partial<Detection> = {}): string {
  const kind = detect(head, { extension: '', marked: false, ...details });
  return kind.kind === 'unreadable' ? kind.reason : (names.get(kind) ?? '');
}

describe('detect', () => {
  for (const [text, form] of rows) {
    it(`${JSON.stringify(text)} is ${form}`, () => {
      expect(detected(Buffer.from(text))).toBe(form);
    });
  }

  for (const [text, extension, form] of named) {
    it(`${JSON.stringify(text)} called .${extension} is ${form}`, () => {
      expect(detected(Buffer.from(text), { extension })).toBe(form);
    });
  }

  for (const [what, head, kind, details] of bytes) {
    it(`${what} is ${kind}`, () => {
      expect(detected(head, details)).toContain(kind);
    });
  }

  it('further bytes do not change a decision', () => {
    const heads: (readonly [Buffer, string, string])[] = [
      ...rows.map(([text, form]) => [Buffer.from(text), '', form] as const),
      ...named.map(([text, extension, form]) => [Buffer.from(text), extension, form] as const),
      ...bytes
        .filter(([, , , details]) => details?.asked === undefined && !details?.marked)
        .map(([, head, kind, details]) => [head, details?.extension ?? '', kind] as const),
    ];
    let telling = 0;
    for (const [whole, extension, kind] of heads) {
      for (let length = 0; length <= whole.length; length++) {
        const head = whole.subarray(0, length);
        if (!isTelling(head, extension)) continue;
        telling++;
        expect([whole.toString('latin1'), length, detected(head, { extension })]).toEqual([
          whole.toString('latin1'),
          length,
          expect.stringContaining(kind),
        ]);
      }
    }
    expect(telling).toBeGreaterThan(200);
  });

  it('a text of 64 KiB without a line end is enough for a decision', () => {
    expect(isTelling(Buffer.from(`{"a":[${'1,'.repeat(32_764)}`), '')).toBe(false);
    expect(isTelling(Buffer.from(`{"a":[${'1,'.repeat(32_765)}`), '')).toBe(true);
  });
});
