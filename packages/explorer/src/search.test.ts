import { expect, it } from 'vitest';
import {
  controlOf,
  exportSearch,
  hrefOf,
  isOn,
  known,
  namesIn,
  queryNames,
  withNames,
  withoutView,
  withValue,
} from './page/query/search.js';
import { settingsOf } from './settings.js';

const settings = settingsOf({});

it('parameters of a query are those of the window and of the records', () => {
  const names = queryNames(settings);
  expect(names).toEqual(expect.arrayContaining(['offset', 'limit', 'desc', 'unwind', 'fields', 'outputFields', 'view', 'clean']));
  expect(names.filter((name) => ['format', 'bom', 'delimiter', 'columns', 'xmlRoot'].includes(name))).toEqual([]);
});

it.each([
  ['the order is that of the registry', 'fields=a&limit=3', 'limit=3&fields=a'],
  ['what the API does not know is left out', 'limit=3&show=raw&order=fill', 'limit=3'],
  ['what is empty is left out', 'limit=&fields=a', 'fields=a'],
  ['the format is left out', 'format=csv&limit=3', 'limit=3'],
])('of an address: %s', (_, address, expected) => {
  expect(String(known(new URLSearchParams(address), queryNames(settings)))).toBe(expected);
});

it.each([
  ['json without a format', 'limit=3', 'limit=3&format=json'],
  ['with options of the format', 'format=csv&delimiter=;&indent=4', 'format=csv&delimiter=%3B'],
  ['without options of the library', 'format=csv&columns=a&safe=1', 'format=csv'],
  ['json instead of an unknown format', 'format=pdf', 'format=json'],
])('of an export: %s', (_, address, expected) => {
  expect(String(exportSearch(new URLSearchParams(address), settings))).toBe(expected);
});

it('a parameter is changed and removed, and the others stay', () => {
  const search = new URLSearchParams('limit=3&show=raw');
  expect(String(withValue(search, 'limit', '5'))).toBe('limit=5&show=raw');
  expect(String(withValue(search, 'limit', ''))).toBe('show=raw');
  expect(String(search)).toBe('limit=3&show=raw');
});

it('lists are read as the API reads them', () => {
  expect(namesIn(new URLSearchParams('fields= a,,b ,a'), 'fields')).toEqual(['a', 'b']);
  expect(String(withNames(new URLSearchParams(), 'fields', []))).toBe('');
  expect([isOn(new URLSearchParams('desc=1'), 'desc'), isOn(new URLSearchParams('desc=0'), 'desc')]).toEqual([true, false]);
});

it('an address is short and means the same', () => {
  const search = new URLSearchParams([['fields', 'a b,c&d=é/:']]);
  const href = hrefOf('/x', search);
  expect(href).toBe('/x?fields=a+b,c%26d%3D%C3%A9/:');
  expect(new URL(href, 'http://localhost').searchParams.get('fields')).toBe('a b,c&d=é/:');
});

it('a view supplies what is not given', () => {
  const view = { fields: ['a', 'b'], unwind: 'c', desc: true, limit: 5, omit: null, other: 1 };
  const search = new URLSearchParams('view=v&limit=2&format=csv');
  expect(Object.fromEntries(withoutView(search, view))).toEqual({
    limit: '2',
    format: 'csv',
    fields: 'a,b',
    unwind: 'c',
    desc: '1',
  });
});

it('every parameter has a control', () => {
  const control = (name: string) => controlOf(settings.parameters.find((each) => each.name === name) ?? never(name));
  expect(['clean', 'desc', 'unwind', 'limit', 'delimiter', 'view', 'bom'].map(control)).toEqual([
    ...['check', 'choice', 'names', 'number', 'text', 'text', 'choice'],
  ]);
});

function never(name: string): never {
  throw new Error(`there is no parameter ${name}`);
}
