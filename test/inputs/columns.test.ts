import { inputParameters } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { check, type Row } from './read.js';

const numbered = 'blank or repeated column names were numbered: ';

describe('the header row', () => {
  const table = [{ name: 'desk', price: '3' }];
  const rows: readonly Row[] = [
    {
      name: 'a title is refused with advice',
      file: 'B10-title-rows.csv',
      error: 'line 4, byte 37: 2 cells in a row; the header has 1; if this row has the names, set headerRow (--header-row) to 4',
    },
    {
      name: 'no advice after many rows',
      text: `a\n${'1\n'.repeat(19)}1,2\n`,
      error: /2 cells in a row; the header has 1$/,
    },
    { name: 'its number, blank rows counted', file: 'B10-title-rows.csv', options: { headerRow: 4 }, items: table },
    {
      name: 'a title in a workbook',
      file: 'C01-title-merged.xlsx',
      error:
        'line 3, byte 0: cell B3: a value in a column without a name; if this row has the names, set headerRow (--header-row) to 3',
    },
    {
      name: 'its number in a workbook',
      file: 'C01-title-merged.xlsx',
      options: { headerRow: 3 },
      items: [
        { name: 'desk', when: '2024-05-01T13:30:00.000Z', share: 0.25 },
        { name: 'lamp', when: '2024-05-02T00:00:00.000Z', share: 0.5 },
      ],
    },
    {
      name: 'none',
      file: 'B26-no-header.csv',
      options: { headerRow: 'none' },
      items: [
        { column1: '1', column2: 'Ana' },
        { column1: '2', column2: 'Bo' },
      ],
    },
    {
      name: 'none, rows of any length',
      text: '1\n1,2,3\n,2\n',
      options: { headerRow: 'none' },
      items: [{ column1: '1' }, { column1: '1', column2: '2', column3: '3' }, { column2: '2' }],
    },
    {
      name: 'none, in a workbook',
      file: 'C05-first-hidden.xlsx',
      options: { headerRow: 'none', sheet: 'Visible' },
      items: [{ column1: 'name' }, { column1: 'desk' }],
    },
    {
      name: 'none, nested',
      text: '1,2\n',
      options: { headerRow: 'none', nested: true },
      items: [{ column1: '1', column2: '2' }],
    },
    {
      name: 'a row over several lines is one row',
      text: '"Title\nof the table"\n\na,b\n1,2\n',
      options: { headerRow: 3 },
      items: [{ a: '1', b: '2' }],
    },
    {
      name: 'lines that end CR, CRLF and LF',
      text: 'x\r\r\ny\n\na,b\r\n1,2',
      options: { headerRow: 5 },
      items: [{ a: '1', b: '2' }],
    },
    { name: 'the first row', text: 'a\n1\n', options: { headerRow: 1 }, items: [{ a: '1' }] },
    {
      name: 'a blank row',
      file: 'B10-title-rows.csv',
      options: { headerRow: 3 },
      error: 'row 3, which is to have the column names, is blank or does not exist',
    },
    {
      name: 'a row after the last',
      text: 'a\n1\n',
      options: { headerRow: 9 },
      error: 'row 9, which is to have the column names, is blank or does not exist',
    },
    {
      name: 'a row after the last of a workbook',
      file: 'C01-title-merged.xlsx',
      options: { headerRow: 9 },
      error: 'row 9, which',
    },
    { name: 'a blank row of a workbook', file: 'C01-title-merged.xlsx', options: { headerRow: 2 }, error: 'row 2, which' },
  ];
  it.each(rows)('$name', check);

  it.each([
    { name: 'text', options: { headerRow: '2' } as object },
    { name: 'empty text: not given', options: { headerRow: '', inputDelimiter: '', encoding: '' } as object },
  ])('from code, as $name', async ({ name, options }) => {
    const text = name === 'text' ? 'title\na;b\n1;2\n' : 'a;b\n1;2\n';
    await check({ name, text, options, items: [{ a: '1', b: '2' }] });
  });

  it.each(['0', '-1', 'first', '1.5', 0, 1.5])('%s is refused', async (headerRow) => {
    expect(() => inputParameters.headerRow.accept(headerRow, 'headerRow')).toThrow(
      'expected none or the number of a row, 1 or more',
    );
  });
});

describe('names of columns', () => {
  const rows: readonly Row[] = [
    {
      name: 'repeated',
      file: 'B05-dup-header.csv',
      items: [{ id: '1', SYMBOL: 'x', value: '10', SYMBOL_2: 'y' }],
      remarks: [`${numbered}"SYMBOL" is "SYMBOL_2"`],
    },
    {
      name: 'blank',
      file: 'B06-blank-header.csv',
      items: [
        { column1: '0', name: 'desk', price: '3' },
        { column1: '1', name: 'lamp', price: '4' },
      ],
      remarks: [`${numbered}column1, column4`],
    },
    {
      name: 'repeated in a workbook, and a value after the last name',
      file: 'C06-dup-header.xlsx',
      items: [{ name: 'a', name_2: 'b', column3: 'c' }],
      remarks: [`${numbered}"name" is "name_2"`, 'columns after the last column name were numbered, from column3'],
    },
    {
      name: 'numbers that are taken',
      text: 'a,a_2,a,a,,column5\n1,2,3,4,5,6\n',
      items: [{ a: '1', a_2: '2', a_3: '3', a_4: '4', column5_2: '5', column5: '6' }],
      remarks: [`${numbered}"a" is "a_3", "a" is "a_4", column5_2`],
    },
    {
      name: 'blanks and empty quotes',
      text: '"", ,a\n1,2,3\n',
      items: [{ column1: '1', column2: '2', a: '3' }],
      remarks: [`${numbered}column1, column2`],
    },
    {
      name: 'more than five',
      text: `${'a,'.repeat(7)}b\n`,
      items: [],
      remarks: [`${numbered}${[2, 3, 4, 5, 6].map((n) => `"a" is "a_${n}"`).join(', ')}, and 1 more`],
    },
    {
      name: 'nested',
      text: 'a/b,a/b\n1,2\n',
      options: { nested: true },
      items: [{ a: { b: '1', b_2: '2' } }],
      remarks: [`${numbered}"a/b" is "a/b_2"`],
    },
    {
      name: 'strict: repeated',
      file: 'B05-dup-header.csv',
      options: { strict: true },
      error: 'the column name "SYMBOL" occurs twice',
    },
    { name: 'strict: blank', file: 'B06-blank-header.csv', options: { strict: true }, error: 'column 1 has no name' },
    {
      name: 'strict: a workbook',
      file: 'C06-dup-header.xlsx',
      options: { strict: true },
      error: 'the column name "name" occurs twice',
    },
    { name: 'strict: names that differ', text: 'a,b\n1,2\n', options: { strict: true }, items: [{ a: '1', b: '2' }] },
  ];
  it.each(rows)('$name', check);
});

describe('types of the cells of a CSV', () => {
  const cells: readonly [text: string, value: unknown][] = [
    ['2', 2],
    ['-1.5', -1.5],
    ['0', 0],
    ['0.25', 0.25],
    ['"7"', 7],
    ['1e+21', 1e21],
    ['1E-7', 1e-7],
    ['True', true],
    ['FALSE', false],
    ['null', null],
    ['NULL', null],
    ['007', '007'],
    ['-01', '-01'],
    ['+1', '+1'],
    ['1.', '1.'],
    ['.5', '.5'],
    [' 1', ' 1'],
    ['-0', '-0'],
    ['1e5', '1e5'],
    ['0x10', '0x10'],
    ['1 000', '1 000'],
    ['"1,5"', '1,5'],
    ['123456789012345', 123456789012345],
    ['1234567890123456', '1234567890123456'],
    ['0.123456789012345', 0.123456789012345],
    ['0.1234567890123456', '0.1234567890123456'],
    ['1e+999', '1e+999'],
    ['NaN', 'NaN'],
    ['Infinity', 'Infinity'],
    ['yes', 'yes'],
    ['None', 'None'],
    ['""', ''],
    ['', undefined],
  ];
  it.each(cells)('%s is %j', async (text, value) => {
    await check({
      name: '',
      text: `x,y\n${text},a\n`,
      options: { types: true },
      items: [{ ...(value !== undefined && { x: value }), y: 'a' }],
    });
  });
  it.each<Row>([
    { name: 'found', file: 'B19.csv', options: { types: true }, items: [{ A: true, B: 2, C: 3 }] },
    { name: 'a zero with a sign stays text', text: 'a,b\n-0.0,-0\n', options: { types: true }, items: [{ a: '-0.0', b: '-0' }] },
    { name: 'text without the option', file: 'B19.csv', items: [{ A: 'True', B: '2', C: '3' }] },
    {
      name: 'without a header',
      text: '1,a\n',
      options: { types: true, headerRow: 'none' },
      items: [{ column1: 1, column2: 'a' }],
    },
  ])('$name', check);
});
