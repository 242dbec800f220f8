import { describe, expect, it } from 'vitest';
import { type Arrangement, fieldOf, hideColumn, moveColumn, renameColumn } from './arrange.js';

function table(query: string, columns: string, fields: string): Arrangement {
  return { search: new URLSearchParams(query), columns: columns.split(' '), fields: new Set(fields.split(' ')) };
}

const textOf = (arranged: object): string => decodeURIComponent('search' in arranged ? String(arranged.search) : 'refused');

it.each([
  ['title', 'title'],
  ['user/name', 'user'],
  ['a/b/c', 'a/b'],
  ['other/x', 'other/x'],
])('column %s is of field %s', (column, field) => {
  expect(fieldOf(column, new Set(['title', 'user', 'a', 'a/b']))).toBe(field);
});

it.each<[what: string, arrangement: Arrangement, column: string, expected: string]>([
  ['a field', table('', 'a b', 'a b'), 'b', 'omit=b'],
  ['a second field', table('omit=a&limit=5', 'b c', 'b c'), 'b', 'omit=a,b&limit=5'],
  ['a part of an object', table('', 'a/x/y a/z', 'a'), 'a/x/y', 'omit=a.x.y'],
  ['an element of an array: all of the field', table('', 'a/0 a/1', 'a'), 'a/0', 'omit=a'],
  ['a part whose name has a dot: all of the field', table('', 'a/x.y', 'a'), 'a/x.y', 'omit=a'],
  ['one of the listed fields', table('fields=a,b', 'a b', 'a b'), 'a', 'fields=b'],
  ['one of the renamed fields', table('fields=a,b&outputFields=x,y', 'x y', 'x y'), 'x', 'fields=b&outputFields=y'],
  ['the only listed field', table('fields=a', 'a', 'a'), 'a', 'fields=a&omit=a'],
  ['a name with a comma', table('', 'a,b c', 'a,b c'), 'a,b', 'refused'],
])('hides %s', (_, arrangement, column, expected) => {
  expect(textOf(hideColumn(arrangement, column))).toBe(expected);
});

it.each<[what: string, arrangement: Arrangement, column: string, to: string, expected: string]>([
  ['to the front', table('', 'a b c', 'a b c'), 'c', 'a', 'fields=c,a,b'],
  ['to the end', table('', 'a b c', 'a b c'), 'a', 'c', 'fields=b,c,a'],
  ['with its whole object', table('', 'a/x a/y b', 'a b'), 'b', 'a/x', 'fields=b,a'],
  ['inside of its object: nothing changes', table('x=1', 'a/x a/y b', 'a b'), 'a/y', 'a/x', 'x=1'],
  ['with its new name', table('fields=a,b&outputFields=a,z', 'a z', 'a z'), 'z', 'a', 'fields=b,a&outputFields=z,a'],
])('moves a column %s', (_, arrangement, column, to, expected) => {
  expect(textOf(moveColumn(arrangement, column, to))).toBe(expected);
});

describe('renames', () => {
  it.each<[what: string, arrangement: Arrangement, column: string, name: string, expected: string]>([
    ['a field', table('', 'a b', 'a b'), 'b', 'price', 'fields=a,b&outputFields=a,price'],
    ['a field back', table('fields=a,b&outputFields=a,price', 'a price', 'a price'), 'price', 'b', 'fields=a,b'],
    ['the field of an array', table('', 'a/0 b', 'a b'), 'a/0', 'x', 'fields=a,b&outputFields=x,b'],
    ['a part of an object', table('', 'a/x a/y/0 b', 'a b'), 'a/x', 'z', 'flatten=a&fields=a.x,a.y,b&outputFields=z,a.y,b'],
    ['a column to the name of another', table('', 'a b', 'a b'), 'b', 'a', 'refused'],
    ['a column to nothing', table('', 'a b', 'a b'), 'b', ' ', 'refused'],
  ])('%s', (_, arrangement, column, name, expected) => {
    expect(textOf(renameColumn(arrangement, column, name))).toBe(expected);
  });

  it('not among more fields than an address can list', () => {
    const columns = Array.from({ length: 401 }, (_, at) => `c${at}`).join(' ');
    expect(renameColumn(table('', columns, columns), 'c0', 'x')).toHaveProperty('refused');
  });
});
