import { describe, expect, it } from 'vitest';
import { isTelling, textForm } from './detect.js';

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
];

describe('textForm', () => {
  for (const [text, form] of rows) {
    it(`${JSON.stringify(text)} is ${form}`, () => {
      expect(textForm(Buffer.from(text), '')).toBe(form);
    });
  }

  for (const [text, extension, form] of named) {
    it(`${JSON.stringify(text)} called .${extension} is ${form}`, () => {
      expect(textForm(Buffer.from(text), extension)).toBe(form);
    });
  }

  it('a longer head never tells otherwise', () => {
    for (const [text, form] of rows) {
      for (let length = 0; length <= text.length; length++) {
        const head = Buffer.from(text).subarray(0, length);
        if (isTelling(head)) expect([text, length, textForm(head, '')]).toEqual([text, length, form]);
      }
    }
  });
});
