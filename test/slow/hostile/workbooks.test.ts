import { describe, expect, test } from 'vitest';
import { zipOf } from '../../../packages/sources/src/testing/zip.js';
import { inDirectory } from '../../command/scratch.js';
import { runCommand } from '../../command.js';

const types = 'http://schemas.openxmlformats.org/officeDocument/2006/relationships';

/** A workbook with one sheet, as any program might write it. */
function workbook(sheet: string, { strings = '<sst/>', sheets = '', styles = '<styleSheet/>' } = {}): Buffer {
  return zipOf({
    '_rels/.rels': `<Relationships><Relationship Id="a" Type="${types}/officeDocument" Target="main.xml"/></Relationships>`,
    '_rels/main.xml.rels': `<Relationships><Relationship Id="s" Type="${types}/worksheet" Target="sheet.xml"/>
      <Relationship Id="y" Type="${types}/styles" Target="styles.xml"/>
      <Relationship Id="t" Type="${types}/sharedStrings" Target="strings.xml"/></Relationships>`,
    'main.xml': `<workbook><sheets><sheet name="Data" r:id="s"/>${sheets}</sheets></workbook>`,
    'styles.xml': styles,
    'strings.xml': strings,
    'sheet.xml': `<worksheet><sheetData>${sheet}</sheetData></worksheet>`,
  });
}

const text = (of: string, cell = 'A1'): string => `<c r="${cell}" t="inlineStr"><is><t>${of}</t></is></c>`;
const header = `<row r="1">${text('a')}</row>`;
const long = 'x'.repeat(2 ** 24 + 1);
const half = 'x'.repeat(2 ** 23 + 1);

const rows: Record<string, readonly [bytes: () => Buffer, says: string]> = {
  'a header far to the right': [() => workbook(`<row r="1">${text('a', 'ZZZZZZ1')}</row>`), 'in row 1 a cell is past column XFD'],
  'a cell just past the last column': [
    () => workbook(`${header}<row r="2">${text('a', 'XFE2')}</row>`),
    'in row 2 a cell is past column XFD',
  ],
  'a cell whose column is no number any longer': [
    () => workbook(`<row r="1">${text('a', `${'Z'.repeat(400)}1`)}</row>`),
    'in row 1 a cell is past column XFD',
  ],
  'cells without references, too many': [
    () => workbook(`<row>${'<c><v>1</v></c>'.repeat(16_385)}</row>`),
    'in row 1 a cell is past column XFD',
  ],
  'one cell again and again': [
    () => workbook(`<row r="1">${'<c r="A1"><v>1</v></c>'.repeat(16_385)}</row>`),
    'row 1 has more than 16,384 cells',
  ],
  'a text that is too long': [
    () => workbook(`${header}<row r="2">${text(long, 'A2')}</row>`),
    'has more than 16,777,216 characters',
  ],
  'a value that is too long': [
    () => workbook(`${header}<row r="2"><c r="A2"><v>${long}</v></c></row>`),
    'has more than 16,777,216 characters',
  ],
  'an attribute that is too long': [
    () => workbook(`${header}<row r="2" s="${long}${half}"/>`),
    'has more than 16,777,216 characters',
  ],
  'a text of many runs': [
    () => workbook(`${header}<row r="2"><c r="A2" t="inlineStr"><is><r><t>${half}</t></r><r><t>${half}</t></r></is></c></row>`),
    'has more than 16,777,216 characters',
  ],
  'a row of long texts': [
    () => workbook(`${header}<row r="2">${text(half, 'A2')}${text(half, 'B2')}</row>`),
    'a row has more than 16,777,216 characters',
  ],
  'a shared text that is too long': [
    () => workbook(header, { strings: `<sst><si><t>${long}</t></si></sst>` }),
    'has more than 16,777,216 characters',
  ],
  'shared texts that are too long together': [
    () => workbook(header, { strings: `<sst>${`<si><t>${half}</t></si>`.repeat(33)}</sst>` }),
    'the shared text of its cells has more than 268,435,456 characters',
  ],
  'sheets without end': [
    () => workbook(header, { sheets: '<sheet name="x" r:id="s"/>'.repeat(65_536) }),
    'more than 65,536 sheets',
  ],
  'styles without end': [
    () => workbook(header, { styles: `<styleSheet><cellXfs>${'<xf/>'.repeat(65_537)}</cellXfs></styleSheet>` }),
    'more than 65,536 styles',
  ],
};

describe('the cells and the text of a workbook are limited', () => {
  test.each(Object.keys(rows))('%s is refused, in little memory', async (name) => {
    const [bytes, says] = rows[name] as (typeof rows)[string];
    await inDirectory({ 'in.xlsx': bytes() }, async (cwd) => {
      const { status, stderr, stdout, peakMemory } = await runCommand(['export', 'in.xlsx', '--format', 'csv', '--quiet'], {
        cwd,
      });
      expect([status, stderr, String(stdout)]).toEqual([65, expect.stringContaining(says), '']);
      expect(stderr).not.toMatch(/\n\s+at /);
      expect(peakMemory).toBeLessThan(name.includes('share') ? 1.3e9 : 5e8);
    });
  });

  test('a workbook at the limits is read', async () => {
    const strings = `<sst><si><t>${'y'.repeat(100_000)}</t></si><si><t>_xD83D_ é</t></si></sst>`;
    const cells = '<c r="A2" t="s"><v>0</v></c><c r="XFD2" t="s"><v>1</v></c>';
    const bytes = workbook(`<row r="1">${text('a')}${text('last', 'XFD1')}</row><row r="2">${cells}</row>`, { strings });
    await inDirectory({ 'in.xlsx': bytes }, async (cwd) => {
      const { status, stdout } = await runCommand(['export', 'in.xlsx', '--format', 'jsonl', '--quiet'], { cwd });
      expect(status).toBe(0);
      expect(JSON.parse(String(stdout))).toEqual({ a: 'y'.repeat(100_000), last: '\ud83d é' });
    });
  });

  test('each row has its own limit', async () => {
    const bytes = workbook(`${header}${[2, 3, 4].map((row) => `<row r="${row}">${text(half, `A${row}`)}</row>`).join('')}`);
    await inDirectory({ 'in.xlsx': bytes }, async (cwd) => {
      const { status, stdout } = await runCommand(['export', 'in.xlsx', '--format', 'jsonl', '--quiet'], { cwd });
      expect([status, stdout.length]).toEqual([0, 3 * (half.length + '{"a":""}\n'.length)]);
    });
  });

  test('a missing shared string is named', async () => {
    for (const number of ['1', '-1', '0.5', 'x', '']) {
      const bytes = workbook(`${header}<row r="2"><c r="A2" t="s"><v>${number}</v></c></row>`, {
        strings: '<sst><si><t>a</t></si></sst>',
      });
      await inDirectory({ 'in.xlsx': bytes }, async (cwd) => {
        const { status, stderr } = await runCommand(['export', 'in.xlsx', '--quiet', '--format', 'jsonl'], { cwd });
        expect([number, status, stderr]).toEqual([
          number,
          number === '' ? 0 : 65,
          expect.stringContaining(number === '' ? '' : `no shared string ${number}`),
        ]);
      });
    }
  });
});
