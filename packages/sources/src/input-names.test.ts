import { describe, expect, it } from 'vitest';
import { extensionsOf, isInputName, nameOf } from './input-names.js';

const rows: readonly (readonly [path: string, name: string, isInput: boolean])[] = [
  ['items.jsonl', 'items', true],
  ['a/b.c/items.JSON', 'items', true],
  ['items.csv.gz', 'items', true],
  ['items.v2.xlsx.BR', 'items.v2', true],
  ['items.gz', 'items', false],
  ['items.txt', 'items', false],
  ['items.txt.gz', 'items', false],
  ['items.jsonl.zip', 'items.jsonl', false],
  ['items', 'items', false],
  ['.jsonl', '.jsonl', true],
  ['.gz', '.gz', false],
];

describe('names of inputs', () => {
  it.each([
    ['items.CSV.Gz', 'gz', 'csv'],
    ['items.jsonl', 'jsonl', ''],
    ['a.b/items', '', ''],
    ['items.', '', ''],
  ])('%s: the extensions %j and %j', (path, extension, innerExtension) => {
    expect(extensionsOf(path)).toEqual({ extension, innerExtension });
  });

  it.each(rows)('%s: dataset %s, is an input: %s', (path, name, isInput) => {
    expect([nameOf(path), isInputName(path)]).toEqual([name, isInput]);
  });
});
