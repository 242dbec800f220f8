import { createHash } from 'node:crypto';
import { createReadStream, mkdtempSync, openSync, readSync, rmSync, statSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import ExcelJS from 'exceljs';
import { afterAll, describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';

const MEGABYTE = 1e6;
/** Largest number of rows of a sheet, including the header row. */
const SHEET_ROWS = 1_048_576;

const scratch = mkdtempSync(join(tmpdir(), 'formats-size-'));
afterAll(() => rmSync(scratch, { recursive: true }));

describe('1,000,000 flat items, in under 200 MB', () => {
  const items = 1_000_000;
  const price = (n: number): number => n / 100;
  const url = (n: number): string => `https://example.com/?a=1&b=${n}`;
  const itemLine = (n: number): string =>
    `{"id":${n},"name":"Item ${n}","url":"${url(n)}","price":${price(n)},"inStock":${n % 2 === 0},"note":null}\n`;

  /** The expected records, made without the code under test. */
  const expected: Record<string, (n: number) => string> = {
    html: (n) =>
      `<tr><td>${n}</td><td>${n % 2 === 0}</td><td>Item ${n}</td><td></td><td>${price(n)}</td><td>${escaped(url(n))}</td></tr>\n`,
    xml: (n) => `  <item>\n    ${fields(n).join('\n    ')}\n  </item>\n`,
    rss: (n) => `<item>${fields(n).join('')}</item>\n`,
  };
  const fields = (n: number): string[] => [
    `<id>${n}</id>`,
    `<name>Item ${n}</name>`,
    `<url>${escaped(url(n))}</url>`,
    `<price>${price(n)}</price>`,
    `<inStock>${n % 2 === 0}</inStock>`,
    '<note/>',
  ];

  it.each(Object.entries(expected))('%s: every record', async (format, record) => {
    const { path, peakMemory } = await exported({ format, items, itemLine });
    const hash = createHash('sha256');
    let length = 0;
    for (let n = 0; n < items; n++) {
      const text = record(n);
      hash.update(text);
      length += Buffer.byteLength(text);
    }
    expect(await hashBetween(path, headOf(path).indexOf(record(0)), length)).toBe(hash.digest('hex'));
    expect(peakMemory).toBeLessThan(200 * MEGABYTE);
  });

  it('xlsx: every record', async () => {
    const { path, peakMemory } = await exported({ format: 'xlsx', items, itemLine });
    const header = ['id', 'inStock', 'name', 'note', 'price', 'url'];
    expect(await sheetsOf(path)).toEqual([{ name: 'Data', rows: items + 1, header, firstId: 0, lastId: items - 1 }]);
    expect(peakMemory).toBeLessThan(200 * MEGABYTE);
  });
});

describe('1,100,000 items, more than a sheet takes', () => {
  const items = 1_100_000;

  it('xlsx: goes on on the sheet Data 2 under the same header, in under 200 MB', async () => {
    const itemLine = (n: number): string => `{"id":${n},"name":"Item ${n}"}\n`;
    const { path, peakMemory } = await exported({ format: 'xlsx', items, itemLine });
    const onFirst = SHEET_ROWS - 1;
    const header = ['id', 'name'];
    expect(await sheetsOf(path)).toEqual([
      { name: 'Data', rows: SHEET_ROWS, header, firstId: 0, lastId: onFirst - 1 },
      { name: 'Data 2', rows: items - onFirst + 1, header, firstId: onFirst, lastId: items - 1 },
    ]);
    expect(peakMemory).toBeLessThan(200 * MEGABYTE);
  });
});

interface Job {
  readonly format: string;
  readonly items: number;
  readonly itemLine: (n: number) => string;
}

async function exported({ format, items, itemLine }: Job): Promise<{ path: string; peakMemory: number }> {
  const path = join(scratch, `${items}.${format}`);
  const input = (async function* () {
    for (let n = 0; n < items; n += 1000) {
      yield Buffer.from(Array.from({ length: 1000 }, (_, index) => itemLine(n + index)).join(''));
    }
  })();
  const args = ['export', '--quiet', '-o', path, '--temporary-directory', scratch, '-'];
  const { status, stderr, peakMemory } = await runCommand(args, { input });
  expect([status, stderr]).toEqual([0, '']);
  const [peak, size] = [peakMemory, statSync(path).size].map((bytes) => Math.round(bytes / MEGABYTE));
  process.stdout.write(`${format}: ${items} items, peak ${peak} MB, ${size} MB written\n`);
  return { path, peakMemory };
}

function headOf(path: string): string {
  const head = Buffer.alloc(4096);
  return head.toString('latin1', 0, readSync(openSync(path, 'r'), head, 0, head.length, 0));
}

async function hashBetween(path: string, start: number, length: number): Promise<string> {
  const hash = createHash('sha256');
  for await (const chunk of createReadStream(path, { start, end: start + length - 1 })) hash.update(chunk);
  return hash.digest('hex');
}

function escaped(text: string): string {
  return text.replaceAll('&', '&amp;');
}

interface SheetFacts {
  readonly name: string;
  readonly rows: number;
  readonly header: readonly unknown[];
  readonly firstId: unknown;
  readonly lastId: unknown;
}

/** All sheets, read by exceljs row by row. Ids are in the first column. */
async function sheetsOf(path: string): Promise<SheetFacts[]> {
  const sheets: SheetFacts[] = [];
  for await (const sheet of new ExcelJS.stream.xlsx.WorkbookReader(path, {})) {
    let rows = 0;
    let header: unknown[] = [];
    let firstId: unknown;
    let lastId: unknown;
    for await (const row of sheet) {
      rows++;
      if (rows === 1) header = (row.values as unknown[]).slice(1);
      else lastId = row.getCell(1).value;
      if (rows === 2) firstId = lastId;
    }
    sheets.push({ name: (sheet as unknown as { name: string }).name, rows, header, firstId, lastId });
  }
  return sheets;
}
