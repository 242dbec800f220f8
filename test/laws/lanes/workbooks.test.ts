import { expect, it } from 'vitest';
import { type Emphasis, ordinary, randomCase } from './cases.js';
import { compare, compareLanes, LONGEST } from './compare.js';
import { caseOf } from './stored-case.js';

const workbooks: Emphasis = { ...ordinary, formats: ['xlsx'], layouts: ['jsonl', 'jsonl', 'texts'], rarity: 4 };

it(
  'workbooks of lines of JSON are the same from either lane',
  async () => {
    const { inKernel, parsed } = await compareLanes('lanes, workbooks', (random) => randomCase(random, workbooks), 4);
    const aside = [...parsed.values()].reduce((sum, count) => sum + count, 0);
    expect(inKernel).toBeGreaterThan(aside / 2);
    expect(parsed.get('a character that is written otherwise')).toBeGreaterThan(0);
  },
  LONGEST,
);

const long = 'x'.repeat(32_767);
/** Texts of cells, as they are spelled between quotes. */
const texts = [
  ...[
    '',
    ' ',
    ' a',
    'a ',
    '\\ta',
    'a\\n',
    'a\\u0020',
    '\\u0020a',
    'a\\\\n',
    'a\\\\\\n',
    'a\\u005cn',
    'a\\\\u0020',
    '\\\\',
    'é ',
    'aé',
    ' é',
    '\\u0000a',
    'u0020',
  ],
  ...[
    '_',
    '_x0041_',
    '_x0041',
    '_x004_',
    '_xé041_',
    '_x0041\\u0000',
    '_x0041\\r',
    '\\u005fx0041_',
    '_\\u00780041_',
    '_x00\\u0034\\u0031_',
  ],
  ...[
    '_x0041_x0042_',
    '__x0041_',
    '_X0041_',
    '\\r\\n',
    '\\u0007',
    '\\ufffe',
    '\ufffe',
    '\ud83d',
    '\\ud83d',
    '<&>"',
    'a\\u001fb\\t',
  ],
  ...[
    long,
    `${long}y`,
    `${long.slice(1)}\\n`,
    `${long.slice(1)}é`,
    `${long.slice(1)}😀`,
    'é'.repeat(20_000),
    '\\u00e9'.repeat(6000),
  ],
];

it('texts of cells, one by one', async () => {
  for (const text of texts) await compare(caseOf(Buffer.from(`{"a":1}\n{"a":"${text}","b":true}`), 'format=xlsx'));
});

it('cells, columns and rows', async () => {
  const rows = [
    '{"a":1,"b":true,"c":null,"d":false}\n{"b":"x","e":-1.5e-7}\n{}\n{"a":[1,{"z":2}]}',
    '{"_x0041_":1,"b_x0041_":2," c ":3}',
    Array.from({ length: 150 }, (_, row) => `{"a":"${'w'.repeat(row % 50)}","b${row % 7}":${row}}`).join('\n'),
    '{}',
    '',
  ];
  const queries = ['', '&columns=b,a,missing', '&columns=c', '&maxColumns=1', '&unwind=a', '&desc=1&limit=2', '&compression=1'];
  for (const row of rows) for (const query of queries) await compare(caseOf(Buffer.from(row), `format=xlsx${query}`));
});
