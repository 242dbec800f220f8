import { describe, expect, it } from 'vitest';
import { fileSource } from '../../file.js';
import { itemsOf, readUntilFailure, scratchDirectory } from '../../testing/scratch.js';
import { zipOf } from '../../testing/zip.js';

const scratch = scratchDirectory();
const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

interface Parts {
  readonly target?: string;
  readonly workbook?: string;
  readonly sheet: string;
  readonly strings?: string;
}

/** Reads a workbook as another program might write it. */
async function read(parts: Parts) {
  return readUntilFailure(await fileSource(scratch.write('foreign.xlsx', zipOf(partsOf(parts)))));
}

function partsOf({ target = 'worksheets/data.xml', workbook, sheet, strings = '<sst/>' }: Parts) {
  return {
    '_rels/.rels': `<Relationships><Relationship Id="a" Type="${types}/officeDocument" Target="/book/main.xml"/></Relationships>`,
    'book/_rels/main.xml.rels': `<Relationships>
      <Relationship Id="c" Type="${types}/chartsheet" Target="chart.xml"/>
      <Relationship Id="s" Type="${types}/worksheet" Target="${target}"/>
      <Relationship Id="t" Type="${types}/sharedStrings" Target="strings.xml"/></Relationships>`,
    'book/main.xml':
      workbook ?? '<workbook><sheets><sheet name="Chart" r:id="c"/><sheet name="Data" r:id="s"/></sheets></workbook>',
    'book/strings.xml': strings,
    'book/worksheets/data.xml': `<?xml version="1.0" encoding="UTF-8"?>\n${sheet}`,
  };
}

const header = '<row r="1"><c r="A1" t="inlineStr"><is><t>a</t></is></c><c r="B1" t="inlineStr"><is><t>b</t></is></c></row>';
const body = (rows: string): string => `<worksheet><sheetData>${header}${rows}</sheetData></worksheet>`;

const rows: readonly ({ readonly name: string; readonly items: readonly unknown[] } & Parts)[] = [
  {
    name: 'targets from the root of the archive, and a chart sheet in front',
    target: '/book/worksheets/data.xml',
    sheet: body('<row r="2"><c r="A2"><v>1</v></c></row>'),
    items: [{ a: 1 }],
  },
  {
    name: 'prefixed elements',
    workbook: '<x:workbook><x:sheets><x:sheet name="Data" q:id="s"/></x:sheets></x:workbook>',
    sheet: body('<row r="2"><c r="B2"><v>1</v></c></row>').replaceAll(/<(\/?)(?=[a-z])/g, '<$1x:'),
    items: [{ b: 1 }],
  },
  {
    name: 'rows and cells without references',
    sheet: body('<row><c><v>1</v></c><c><v>2</v></c></row><row><c><v>3</v></c></row>').replaceAll(/ r="[^"]*"/g, ''),
    items: [{ a: 1, b: 2 }, { a: 3 }],
  },
  {
    name: 'inline text in runs',
    sheet: body('<row r="2"><c r="A2" t="inlineStr"><is><r><t>one </t></r><r><rPr><b/></rPr><t>two</t></r></is></c></row>'),
    items: [{ a: 'one two' }],
  },
  {
    name: 'shared text with reading aids, pretty printed',
    strings: '<sst>\n <si>\n  <t>漢字</t>\n  <rPh sb="0" eb="2"><t>かんじ</t></rPh>\n </si>\n</sst>',
    sheet: body('<row r="2"><c r="A2" t="s"><v>0</v></c></row>'),
    items: [{ a: '漢字' }],
  },
  {
    name: 'an empty text, an empty value, a styled cell with nothing in it',
    sheet: body(
      '<row r="2"><c r="A2" t="inlineStr"><is><t/></is></c><c r="B2"><v></v></c></row><row r="3"><c r="A3" s="1"/></row>',
    ),
    items: [{ a: '' }],
  },
  { name: 'an ISO date', sheet: body('<row r="2"><c r="A2" t="d"><v>2024-02-29</v></c></row>'), items: [{ a: '2024-02-29' }] },
  {
    name: 'entities and character data',
    sheet: body(
      '<row r="2"><c r="A2" t="str"><v>&lt;&#x1f40e;&amp;amp;</v></c><c r="B2" t="str"><v><![CDATA[<b>]]></v></c></row>',
    ),
    items: [{ a: '<\u{1f40e}&amp;', b: '<b>' }],
  },
];

describe('workbooks of other writers', () => {
  for (const { name, items, ...parts } of rows) {
    it(name, async () => {
      expect(await read(parts)).toEqual({ items, error: undefined });
    });
  }

  const broken = [
    {
      name: 'a shared string that does not exist',
      sheet: body('<row r="2"><c r="A2" t="s"><v>7</v></c></row>'),
      line: 2,
      reason: 'cell A2: no shared string 7',
    },
    {
      name: 'a cell of type number with text',
      sheet: body('<row r="9"><c r="B9"><v>1,5</v></c></row>'),
      line: 9,
      reason: 'cell B9: expected a number, got "1,5"',
    },
    { name: 'a sheet that breaks off', sheet: body('').slice(0, -20), line: 1, reason: 'not a complete .xlsx workbook: ' },
    { name: 'a workbook without sheets', workbook: '<workbook/>', sheet: '', line: 1, reason: 'it has no worksheet' },
    {
      name: 'a sheet that names no part',
      workbook: '<workbook><sheets><sheet name="Data"/></sheets></workbook>',
      sheet: '',
      line: 1,
      reason: 'it has no worksheet',
    },
  ];
  for (const { name, line, reason, ...parts } of broken) {
    it(`${name} is malformed`, async () => {
      const { error } = await read(parts);
      expect(error).toMatchObject({ code: 'malformed-input', line });
      expect(error?.message).toContain(reason);
    });
  }

  it('a part that ends inside a character is malformed', async () => {
    const bytes = zipOf({ ...partsOf({ sheet: '' }), 'book/worksheets/data.xml': Buffer.from(`${body('')}\xc3`, 'latin1') });
    const { error } = await readUntilFailure(await fileSource(scratch.write('torn.xlsx', bytes)));
    expect(error?.message).toContain('not a complete .xlsx workbook: The encoded data was not valid for encoding utf-8');
  });

  it('characters stay complete wherever chunks end', async () => {
    const text = '漢字🐎'.repeat(60_000);
    const { items } = await read({ sheet: body(`<row r="2"><c r="A2" t="str"><v>${text}</v></c></row>`) });
    expect(items).toEqual([{ a: text }]);
    expect(await itemsOf(await fileSource(`${scratch.path}/foreign.xlsx`, { chunkSize: 1000 }), { desc: true })).toEqual([
      { a: text },
    ]);
  });
});
