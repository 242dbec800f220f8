import { gzipSync } from 'node:zlib';
import { lines, typed, workbook } from './flat-items.js';
import { checkRows, error } from './rows.js';

const a = '{"a":1}\n';
const b = '{"b":2}\n';

checkRows('odd inputs', [
  {
    name: 'numbers that a double cannot hold',
    args: ['export', '--format', 'jsonl', 'x.jsonl'],
    files: { 'x.jsonl': '{"a":{"b":12345678901234567890}}\n' },
    stdout: '{"a":{"b":12345678901234567000}}\n',
    stderr:
      /warning: 1 number changes, .*--exact.*\n {2}x\.jsonl: line 1, byte 10: a\/b: 12345678901234567890 becomes 12345678901234567000\n$/,
  },
  {
    name: 'such numbers as they are spelled',
    args: ['export', '--format', 'jsonl', '--exact', 'x.jsonl'],
    files: { 'x.jsonl': '{"a":{"b":12345678901234567890,"c":1e400}}\n' },
    stdout: '{"a":{"b":12345678901234567890,"c":1e400}}\n',
    stderr: '',
  },
  ...['x.jsonl', 'x.json', 'x.csv', 'x.jsonl.gz', 'x.xlsx', 'x'].map((path) => ({
    name: `no bytes, called ${path}`,
    args: ['export', '--format', 'jsonl', path],
    files: { [path]: '' },
  })),
  ...['x.jsonl', 'x.json'].map((path) => ({
    name: `one line end, called ${path}`,
    args: ['export', '--format', 'jsonl', path],
    files: { [path]: '\n' },
  })),
  {
    name: 'one byte that begins an object',
    args: ['export', '--format', 'jsonl', 'x.jsonl'],
    files: { 'x.jsonl': '{' },
    status: 65,
    stderr: /^dataset-items: error: x\.jsonl: line 1, byte 0: /,
  },
  {
    name: 'one byte that is a value but not an item',
    args: ['export', '--format', 'jsonl', 'x.jsonl'],
    files: { 'x.jsonl': '7' },
    status: 65,
    stderr: /^dataset-items: error: x\.jsonl: line 1, byte 0: /,
  },
  {
    name: 'truncated gzip',
    args: ['export', '-o', 'out.jsonl', 'x.jsonl.gz'],
    files: { 'x.jsonl.gz': gzipSync(lines).subarray(0, -20) },
    status: 65,
    stderr: /^dataset-items: error: x\.jsonl\.gz: line \d+, byte \d+: /,
  },
  {
    name: 'gzip truncated in its first bytes',
    args: ['export', '-o', 'out.csv', 'x.jsonl.gz'],
    files: { 'x.jsonl.gz': gzipSync(lines).subarray(0, 15) },
    status: 65,
    stderr: /^dataset-items: error: x\.jsonl\.gz: line \d+, byte \d+: /,
  },
  {
    name: 'a truncated workbook',
    args: ['export', '-o', 'out.csv', 'x.xlsx'],
    files: { 'x.xlsx': (await workbook(typed)).subarray(0, -30) },
    status: 65,
    stderr: /^dataset-items: error: x\.xlsx: /,
  },
  {
    name: 'two formats in one command, in the given order',
    args: ['export', '--format', 'jsonl', 'x.json', 'y.csv', 'x.jsonl'],
    files: { 'x.json': '[{"a":1}]', 'y.csv': 'b\n2\n', 'x.jsonl': '{"c":3}' },
    stdout: '{"a":1}\n{"b":"2"}\n{"c":3}\n',
  },
  {
    name: 'a file and standard input',
    args: ['export', '--format', 'jsonl', 'x.json', '-'],
    files: { 'x.json': '[{"a":1}]' },
    input: b,
    stdout: a + b,
  },
  {
    name: 'a pattern is read in natural order, and backwards with --desc',
    args: ['export', '--format', 'jsonl', '--desc', 'page-*.jsonl'],
    files: { 'page-10.jsonl': '{"p":10}\n', 'page-9.jsonl': '{"p":9}\n', 'page-1.jsonl': '{"p":1}\n' },
    stdout: '{"p":10}\n{"p":9}\n{"p":1}\n',
  },
  {
    name: 'a pattern is read in natural order, patterns in the given order',
    args: ['export', '--format', 'jsonl', 'z*.jsonl', 'page-*.jsonl'],
    files: { 'page-10.jsonl': '{"p":10}\n', 'page-9.jsonl': '{"p":9}\n', 'page-1.jsonl': '{"p":1}\n', 'z.jsonl': '{"z":0}' },
    stdout: '{"z":0}\n{"p":1}\n{"p":9}\n{"p":10}\n',
  },
  {
    name: 'an error in the second of two files names that file',
    args: ['export', '--format', 'jsonl', 'x.jsonl', 'y.jsonl'],
    files: { 'x.jsonl': a, 'y.jsonl': 'no' },
    status: 65,
    stdout: /^/,
    stderr: error('y.jsonl: line 1, byte 0: not valid JSON'),
  },
  {
    name: 'text that is not UTF-8 is named with its byte',
    args: ['export', '--format', 'jsonl', 'x.jsonl'],
    files: { 'x.jsonl': Buffer.from('{"a":1}\n{"b":"\xff"}\n', 'latin1') },
    status: 65,
    stdout: /^/,
    stderr: /^dataset-items: error: x\.jsonl: line 2, byte \d+: .*UTF-8/,
  },
]);
