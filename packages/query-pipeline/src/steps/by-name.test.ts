import { describe, expect, it } from 'vitest';
import type { Item, Json } from '../item.js';
import { fieldLister, fieldReader, recordBuilder } from './by-name.js';

const names = ['a', 'toString', '__proto__', 'constructor', '1', "it's", '\u2028', '', 'n0', 'values'];
const item: Item = JSON.parse('{"a":1,"__proto__":2,"1":null,"it\'s":"x","\u2028":false,"":{},"values":[1]}');

function roundTrip(read: readonly string[], build: readonly string[]): string {
  const values: (Json | undefined)[] = [];
  fieldReader(read)(item, values);
  expect(fieldLister(read)(item)).toEqual(values);
  return JSON.stringify(recordBuilder(build)(values));
}

describe('fields by name', () => {
  it('reads own fields and builds own fields, whatever they are called', () => {
    expect(roundTrip(names, names)).toBe('{"1":null,"a":1,"__proto__":2,"it\'s":"x","\u2028":false,"":{},"values":[1]}');
    const renamed = names.map((name) => (name === '__proto__' ? 'proto' : name));
    expect(roundTrip(names, renamed)).toBe('{"1":null,"a":1,"proto":2,"it\'s":"x","\u2028":false,"":{},"values":[1]}');
  });

  it('more names than a function is made for', () => {
    const many = Array.from({ length: 2000 }, (_, n) => `f${n}`);
    const values: (Json | undefined)[] = [];
    const record = Object.fromEntries(many.map((name, n) => [name, n]));
    fieldReader(many)(record, values);
    expect(fieldLister(many)(record)).toEqual(values);
    expect(recordBuilder(many)(values)).toEqual(record);
  });
});
