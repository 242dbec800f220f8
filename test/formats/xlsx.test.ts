import { expect, it } from 'vitest';
import { loadWorkbook, readWorkbook } from '../readers/xlsx.js';
import { exported } from './exported.js';

const facts = { id: 'd1', name: 'things', modifiedAt: new Date('2024-02-29T12:34:56Z') };

it('is an empty sheet if there is no column', async () => {
  expect(await readWorkbook((await exported([], 'format=xlsx')).bytes)).toEqual([{ name: 'Data', rows: [] }]);
});

it('has a bold, frozen header row with a filter', async () => {
  const sheet = (await loadWorkbook((await exported([{ a: 1, b: 2 }], 'format=xlsx')).bytes)).worksheets[0];
  expect(sheet?.getCell('A1').font?.bold).toBe(true);
  expect(sheet?.getCell('A2').font?.bold).toBeUndefined();
  expect(sheet?.views[0]).toMatchObject({ state: 'frozen', ySplit: 1 });
  expect(sheet?.autoFilter).toBe('A1:B2');
});

it.each([
  { what: 'at least 12', items: [{ a: 1 }], width: 12 },
  { what: 'its name and the button of the filter', items: [{ 'a name of 20 letters': 1 }], width: 24 },
  { what: 'the longest text of the first rows', items: [{ a: 'x' }, { a: 'x'.repeat(20) }, { a: 'xx' }], width: 21 },
  { what: 'the digits of a number', items: [{ a: -1234567890.123456 }], width: 19 },
  { what: 'two places for a wide character', items: [{ a: '地震'.repeat(5) }], width: 21 },
  { what: 'no more than 40', items: [{ a: 'x'.repeat(1000) }], width: 40 },
])('gives a column the width of $what', async ({ items, width }) => {
  const [sheet] = (await loadWorkbook((await exported(items, 'format=xlsx')).bytes)).worksheets;
  expect(sheet?.getColumn(1).width).toBe(width);
});

it.each([
  { what: 'at 32,767 units', text: 'x'.repeat(32_768), kept: 'x'.repeat(32_767), count: 1 },
  { what: 'before a pair that would be halved', text: `${'x'.repeat(32_766)}😀`, kept: 'x'.repeat(32_766), count: 1 },
  { what: 'not where it just fits', text: 'é'.repeat(32_767), kept: 'é'.repeat(32_767), count: 0 },
])('cuts text $what, and reports it', async ({ text, kept, count }) => {
  const { bytes, report } = await exported([{ a: text }], 'format=xlsx');
  expect((await readWorkbook(bytes))[0]?.rows[1]).toEqual([kept]);
  expect(report.replaced.truncatedCells?.count ?? 0).toBe(count);
});

it('drops columns after the 16,384 of a sheet, and reports them', async () => {
  const wide = Object.fromEntries(Array.from({ length: 16_386 }, (_, index) => [`c${String(index).padStart(5, '0')}`, index]));
  const { bytes, report } = await exported([wide], { format: 'xlsx', maxColumns: 20_000 });
  const [sheet] = await readWorkbook(bytes);
  expect(sheet?.rows[1]?.length).toBe(16_384);
  expect(sheet?.rows[1]?.at(-1)).toBe(16_383);
  expect(report.replaced.droppedColumnsPastSheet).toEqual({ count: 2, atLeast: false, examples: ['c16384', 'c16385'] });
});

it.each([
  { text: '_x0041_', written: '_x005F_x0041_' },
  { text: '_x00e9\r', written: '_x005F_x00e9_x000D_' },
  { text: '_x0041\u0000', written: '_x005F_x0041_x0000_' },
  { text: '_x0041', written: '_x0041' },
  { text: '_x004G_', written: '_x004G_' },
  { text: '_X0041_', written: '_X0041_' },
  { text: '__x0041_', written: '__x005F_x0041_' },
])('writes $text as $written', async ({ text, written }) => {
  const [sheet] = (await loadWorkbook((await exported([{ a: text }], 'format=xlsx')).bytes)).worksheets;
  expect(sheet?.getCell('A2').value).toBe(written);
});

it('has the date of the dataset everywhere', async () => {
  const { bytes } = await exported([{ a: 1 }], 'format=xlsx', { facts });
  const workbook = await loadWorkbook(bytes);
  expect([workbook.created, workbook.modified]).toEqual([facts.modifiedAt, facts.modifiedAt]);
  expect(entryTimes(bytes)).toEqual(new Set(['2024-02-29 12:34:56']));
  expect(entryTimes((await exported([{ a: 1 }], 'format=xlsx')).bytes)).toEqual(new Set(['1980-01-01 00:00:00']));
});

it('does not depend on the clock', async () => {
  const zone = process.env.TZ;
  const underClock = async (name: string): Promise<Buffer> => {
    process.env.TZ = name;
    // An hour that this time zone skips.
    const skipped = { ...facts, modifiedAt: new Date('2024-03-10T02:30:00Z') };
    return (await exported([{ a: 1 }], 'format=xlsx', { facts: skipped })).bytes;
  };
  try {
    const here = await underClock('UTC');
    expect(await underClock('America/New_York')).toEqual(here);
    expect(await underClock('Asia/Kathmandu')).toEqual(here);
  } finally {
    if (zone === undefined) delete process.env.TZ;
    else process.env.TZ = zone;
  }
});

/** The written times in the central directory. */
function entryTimes(bytes: Buffer): Set<string> {
  const times = new Set<string>();
  for (let at = bytes.indexOf('PK\u0001\u0002'); at >= 0; at = bytes.indexOf('PK\u0001\u0002', at + 1)) {
    const time = bytes.readUInt16LE(at + 12);
    const date = bytes.readUInt16LE(at + 14);
    const day = [(date >> 9) + 1980, (date >> 5) & 15, date & 31];
    const clock = [time >> 11, (time >> 5) & 63, (time & 31) * 2];
    const two = (part: number): string => String(part).padStart(2, '0');
    times.add(`${day.map(two).join('-')} ${clock.map(two).join(':')}`);
  }
  return times;
}
