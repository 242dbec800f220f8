import { describe, expect, it } from 'vitest';
import { firstDifference } from '../../benchmarks/check/compare.js';
import { type Cells, readers } from '../../benchmarks/check/read-output.js';

const csv = (text: string): Cells => readers.csv(Buffer.from(text), 'library') as Cells;

describe('cells of a csv', () => {
  const wanted = '\ufeff"a","b","c"\r\n"1.5","x ""y""\nz",\r\n"2","true",""\r\n';
  it.each<[string, string, string | undefined]>([
    ['the same text', wanted, undefined],
    ['columns in another order, only necessary quotes', 'c,a,b\n,1.5,"x ""y""\nz"\n,2,true\n', undefined],
    ['numbers and booleans in another notation', 'a,b,c\n1.50,"x ""y""\nz",\n2.0,TRUE,\n', undefined],
    ['a wrong cell', 'a,b,c\n1.5,"x ""y""\nz",\n3,true,\n', 'record 1, "a": "3", "2" wanted'],
    ['a cell too many', 'a,b,c\n1.5,"x ""y""\nz",null\n2,true,\n', 'record 0, "c": "null", nothing wanted'],
    ['a line break lost', 'a,b,c\n1.5,"x ""y"" z",\n2,true,\n', 'record 0, "b": "x \\"y\\" z", "x \\"y\\"\\nz" wanted'],
    ['a column missing', 'a,b\n1.5,"x ""y""\nz"\n2,true\n', 'column "c" is missing'],
    ['a column too many', 'a,b,c,d\n1.5,"x ""y""\nz",,\n2,true,,\n', 'column "d" is not wanted'],
    ['a row missing', 'a,b,c\n1.5,"x ""y""\nz",\n', '1 records, 2 wanted'],
    ['nothing', '', 'column "a" is missing'],
  ])('%s', async (_, text, difference) => {
    expect(firstDifference(await csv(text), await csv(wanted))).toBe(difference);
  });
});

describe('values of json lines', () => {
  const lines = (text: string): Cells => readers.jsonl(Buffer.from(text), 'library') as Cells;
  it.each<[string, string, string | undefined]>([
    ['fields in another order', '{"b":{"c":[1]},"a":null}', undefined],
    ['text instead of a number', '{"a":null,"b":{"c":["1"]}}', 'record 0, "/b/c/0": "\\"1\\"", "1" wanted'],
    ['null omitted', '{"b":{"c":[1]}}', 'record 0, "/a": nothing, "null" wanted'],
    ['a field too many', '{"a":null,"b":{"c":[1]},"d":{}}', 'record 0, "/d": "{}", nothing wanted'],
  ])('%s', (_, text, difference) => {
    expect(firstDifference(lines(text), lines('{"a":null,"b":{"c":[1]}}'))).toBe(difference);
  });
});
