import { inputParameters } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { check, type Row } from './read.js';

describe('the first line names the delimiter', () => {
  const rows: readonly Row[] = [
    { name: 'sep=;', file: 'B09-sepline.csv', items: [{ name: 'desk', price: '3' }] },
    { name: 'between quotes', file: 'B24-sep-quoted.csv', items: [{ a: '1', b: '2' }] },
    { name: 'a comma, CRLF', file: 'B25-sep-comma.csv', items: [{ a: '1', b: '2', c: '3' }] },
    { name: 'a tab', text: 'sep=\t\na\tb,c\n1\t2\n', items: [{ a: '1', 'b,c': '2' }] },
    { name: 'a character that is not guessed, capital letters, CR', text: 'SEP=^\ra^b\r1^2\r', items: [{ a: '1', b: '2' }] },
    { name: 'a byte order mark before it', text: '\ufeffsep=;\r\na;b\r\n1;2\r\n', items: [{ a: '1', b: '2' }] },
    { name: 'alone', text: 'sep=;', items: [] },
    {
      name: 'it is not counted as a row',
      text: 'sep=;\nTitle\na;b\n1;2\n',
      options: { headerRow: 2 },
      items: [{ a: '1', b: '2' }],
    },
    { name: 'the option wins', text: 'sep=;\na,b\n1,2\n', options: { inputDelimiter: ',' }, items: [{ a: '1', b: '2' }] },
    { name: 'a quote is no delimiter', text: 'sep="\n1\n', items: [{ 'sep="': '1' }] },
    { name: 'a column of that name', text: 'sep=;x\n1;2\n', items: [{ 'sep=': '1', x: '2' }] },
    { name: 'a name that begins like it', text: 'sep,a\n1,2\n', items: [{ sep: '1', a: '2' }] },
  ];
  it.each(rows)('$name', check);

  it('lines and bytes in errors count it', async () => {
    await check({ name: '', text: 'sep=;\na;b\n1;2;3\n', error: 'line 3, byte 10: 3 cells in a row; the header has 2' });
  });
});

describe('the delimiter is the one that fits the rows', () => {
  const twice = [
    { 'a,b': '1,1', c: '2' },
    { 'a,b': '1,1', c: '2' },
  ];
  const rows: readonly Row[] = [
    {
      name: 'commas in a header, and as many in the rows',
      file: 'B04b-delim-commas-in-header.csv',
      items: [
        { Name: 'Ana', 'Address, ZIP, City': 'Street 1, 100, Brno' },
        { Name: 'Bo', 'Address, ZIP, City': 'Road 2, 200, Oslo' },
      ],
    },
    { name: 'commas in a header only', text: 'a;b,c,d,e\n1;2\n', items: [{ a: '1', 'b,c,d,e': '2' }] },
    { name: 'decimal commas', text: 'a;b, c\n1,5;2,5\n', items: [{ a: '1,5', 'b, c': '2,5' }] },
    {
      name: 'a pipe among commas',
      text: 'a,x|b,y\n1|2,3\n1,1|2\n',
      items: [
        { 'a,x': '1', 'b,y': '2,3' },
        { 'a,x': '1,1', 'b,y': '2' },
      ],
    },
    { name: 'quotes around names', text: '"a,b";"c,d";"e"\n"1";"2,2";"3"\n', items: [{ 'a,b': '1', 'c,d': '2,2', e: '3' }] },
    { name: 'a line end in a quoted name', text: 'a;"b,\nc,c"\n1;2\n', items: [{ a: '1', 'b,\nc,c': '2' }] },
    { name: 'a header alone', text: 'a;b\n', items: [] },
    { name: 'more cells in the header when nothing else tells', text: 'a,b;c,d\n', items: [] },
    { name: 'spaces after commas', text: 'a, b\n1, 2\n', items: [{ a: '1', ' b': ' 2' }] },
    {
      name: 'ten rows count, and no more',
      text: `a,b;c\n${'1,2;3\n'.repeat(9)}1;2\n${'"1,1";2\n'.repeat(2)}`,
      items: [...Array.from({ length: 9 }, () => ({ 'a,b': '1,2', c: '3' })), { 'a,b': '1', c: '2' }, ...twice],
    },
    {
      name: 'the option, for a header that misleads',
      text: 'a,b;c,d\n1,2;3,4\n',
      options: { inputDelimiter: ';' },
      items: [{ 'a,b': '1,2', 'c,d': '3,4' }],
    },
    { name: 'any ASCII character', text: 'a:b\n1:2\n', options: { inputDelimiter: ':' }, items: [{ a: '1', b: '2' }] },
    {
      name: 'the header row asked for decides',
      text: 'a,b,c\n;\na;b\n1;2\n',
      options: { headerRow: 3 },
      items: [{ a: '1', b: '2' }],
    },
  ];
  it.each(rows)('$name', check);

  it.each(['', 'ab', '"', '\n', 'š'])('%j is not a delimiter', (delimiter) => {
    const { words, accept } = inputParameters.inputDelimiter;
    expect(words).toEqual({ comma: ',', pipe: '|', semicolon: ';', tab: '\t' });
    if (delimiter === '') expect(accept(delimiter, 'inputDelimiter')).toBe(undefined);
    else expect(() => accept(delimiter, 'inputDelimiter')).toThrow('expected one ASCII character');
  });
});
