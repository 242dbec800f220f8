import { describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';
import { checkRows } from './rows.js';
import { inDirectory, jsonLines } from './scratch.js';

const lines = jsonLines([
  { id: 1, price: { usd: 2, was: { usd: 3 } }, tags: [{ name: 'a' }, { name: 'b' }], note: '' },
  { id: 'two', price: null, tags: [], note: 'a "b"\n\u001b[31m' },
  { id: 3, ok: true },
]);

checkRows('inspect', [
  {
    name: 'a table that a person reads',
    args: ['inspect', 'shop.jsonl'],
    files: { 'shop.jsonl': lines },
    stdout: `3 items in shop; a table would have 8 columns

field  types               present  null  empty  example
id     number 2, string 1        3     0      0  1
price  object 1, null 1          2     1      0  {"usd":2,"was":{"usd":3}}
tags   array                     2     0      1  [{"name":"a"},{"name":"b"}]
note   string                    2     0      1  "a \\"b\\"\\n\\u001b[31m"
ok     boolean                   1     0      0  true

Arrays and objects:
  --unwind price gives 3 records with usd, was
  --unwind tags gives 3 records with name

Objects:
  --flatten price gives price.usd, price.was.usd
`,
  },
  {
    name: 'a window of it, from standard input',
    args: ['inspect', '--offset', '2'],
    input: lines,
    stdout: `1 item in standard input; a table would have 2 columns

field  types    present  null  empty  example
id     number         1     0      0  3
ok     boolean        1     0      0  true
`,
  },
  { name: 'nothing', args: ['inspect'], input: '', stdout: '0 items in standard input; a table would have 0 columns\n' },
  {
    name: 'malformed items are counted',
    args: ['inspect', '--skip-malformed'],
    input: 'xx\n{"a":1}\n',
    stdout: /^1 item in standard input; a table would have 1 column\n1 malformed, skipped\n\nfield /,
  },
  {
    name: 'malformed items end it',
    args: ['inspect'],
    input: '{"a":1}\nxx\n',
    status: 65,
    stderr: 'dataset-items: error: standard input: line 2, byte 8: not valid JSON\n',
  },
  {
    name: 'control characters in names do not reach the terminal',
    args: ['inspect'],
    input: '{"\\u001b[31mred":{"\\u009bx":1}}\n',
    stdout: /^[^\p{Cc}]*(\n[^\p{Cc}]*)*\n--unwind|--flatten \ufffd\[31mred gives \ufffd\[31mred\.\ufffdx\n$/u,
  },
]);

describe('inspect --json', () => {
  it('gives the same data to programs', () =>
    inDirectory({ 'shop.jsonl': lines }, async (cwd) => {
      const { status, stdout, stderr } = await runCommand(['inspect', 'shop.jsonl', '--json'], { cwd });
      expect([status, stderr]).toEqual([0, '']);
      const none = { count: 0, atLeast: false, examples: [] };
      expect(JSON.parse(stdout.toString('utf8'))).toEqual({
        items: 3,
        fields: [
          { name: 'id', types: { number: 2, string: 1 }, present: 3, empty: 0, example: '1' },
          {
            name: 'price',
            types: { object: 1, null: 1 },
            present: 2,
            empty: 0,
            example: '{"usd":2,"was":{"usd":3}}',
            unwind: { records: 3, fields: ['usd', 'was'] },
            flatten: { fields: ['price.usd', 'price.was.usd'] },
          },
          {
            name: 'tags',
            types: { array: 2 },
            present: 2,
            empty: 1,
            example: '[{"name":"a"},{"name":"b"}]',
            unwind: { records: 3, fields: ['name'] },
          },
          { name: 'note', types: { string: 2 }, present: 2, empty: 1, example: '"a \\"b\\"\\n\\u001b[31m"' },
          { name: 'ok', types: { boolean: 1 }, present: 1, empty: 0, example: 'true' },
        ],
        otherFields: 0,
        columns: { written: 8, overLimit: none, nameTooLong: none, unlisted: none },
        inside: [],
        skipped: { count: 0, first: [] },
        accepted: {},
        remarks: [],
      });
    }));

  it('describes --unwind as export applies it', async () => {
    for (const name of ['price', 'tags']) {
      const inspected = await runCommand(['inspect', '--json'], { input: lines });
      const field = JSON.parse(inspected.stdout.toString('utf8')).fields.find((one: { name: string }) => one.name === name);
      const { stdout } = await runCommand(['export', '--unwind', name, '--format', 'json'], { input: lines });
      expect([name, JSON.parse(stdout.toString('utf8')).length]).toEqual([name, field.unwind.records]);
    }
  });
});
