import { expect, it } from 'vitest';
import { compareColumns, fieldsOfColumn } from './column-order.js';

it.each<[string, string[]]>([
  ['numbers by value', ['a/2', 'a/10', 'a/100']],
  ['numbers with leading zeros by value', ['a/0', 'a/007', 'a/8', 'a/010', 'a/11']],
  ['the same number by its digits', ['01', '1']],
  ['numbers before anything else', ['1', '2', '!', '-1', '1.5', 'a']],
  ['other names by code unit', ['A', 'B', 'a', 'b', 'ä']],
  ['a parent before what is in it', ['a', 'a/0', 'a/0/x', 'a/b', 'a-b', 'b']],
  ['the first difference decides', ['a/b/z', 'a/c/a', 'b/a/a']],
  ['numbers longer than JavaScript holds', ['9007199254740992', '9007199254740993', '90071992547409920']],
])('the order of columns: %s', (_, names) => {
  expect(names.toReversed().sort(compareColumns)).toEqual(names);
  expect([...names].sort(compareColumns)).toEqual(names);
});

it.each([
  ['a', ['a']],
  ['a/b/c', ['a/b/c', 'a', 'a/b']],
  ['/a', ['/a', '']],
  ['a//b', ['a//b', 'a', 'a/']],
])('the fields that can give the column %j: %j', (name, fields) => {
  expect(fieldsOfColumn(name)).toEqual(fields);
});
