import { DownloadItemsFormat } from 'apify-client';
import type { FormatName, Item } from 'dataset-items';
import RssParser from 'rss-parser';
import { beforeAll, describe, expect, it } from 'vitest';
import { cellText, columnsOf, leavesOf } from '../expected-cells.js';
import { readCsv } from '../read-csv.js';
import { readHtml } from '../readers/html.js';
import { readWorkbook } from '../readers/xlsx.js';
import { childrenOf, readXml, textOf } from '../readers/xml.js';
import { emulate, products, versions } from './emulated.js';

const { url, emulator } = await emulate();
const name = 'products';

beforeAll(async () => {
  await (await emulator.datasets.create({ name })).push(products);
});

const clean: readonly Item[] = products
  .map((item) => Object.fromEntries(Object.entries(item).filter(([key]) => !key.startsWith('#'))))
  .filter((item) => Object.keys(item).length > 0);
const columns = columnsOf(clean);
const cellsOf = (item: Item): string[] => columns.map((column) => cellText(leavesOf(item).get(column)));
const table = [columns, ...clean.map(cellsOf)];
const names = clean.map((item) => item.name);

/** Checks each download of the clean items with software that is not ours. */
const readers: Readonly<Record<FormatName, (bytes: Buffer) => Promise<void> | void>> = {
  json: (bytes) => expect(JSON.parse(bytes.toString('utf8'))).toEqual(clean),
  jsonl: (bytes) => {
    const lines = bytes.toString('utf8').split('\n');
    expect(lines.map((line) => JSON.parse(line))).toEqual(clean);
  },
  csv: async (bytes) => {
    expect(bytes.subarray(0, 3)).toEqual(Buffer.from('\ufeff'));
    expect(await readCsv(bytes.subarray(3).toString('utf8'))).toEqual(table);
  },
  html: (bytes) => {
    const page = readHtml(bytes.toString('utf8'));
    expect([page.columns, ...page.rows]).toEqual(table);
  },
  xlsx: async (bytes) => {
    const [sheet] = await readWorkbook(bytes);
    expect(sheet?.name).toBe('Data');
    expect(sheet?.rows.map((row) => row.map((cell) => cell ?? '').map(String))).toEqual(table);
    expect(sheet?.rows[1]?.[columns.indexOf('price/amount')]).toBe(10);
  },
  xml: (bytes) => {
    const items = childrenOf(readXml(bytes.toString('utf8')), 'item');
    expect(items.map((item) => textOf(childrenOf(item, 'name')[0]))).toEqual(names);
    expect(items.map((item) => childrenOf(item, 'reviews').length)).toEqual([2, 1, 0, 0]);
  },
  rss: async (bytes) => {
    const text = bytes.toString('utf8');
    const feed = await new RssParser({ customFields: { item: ['name', 'id'] } }).parseString(text);
    expect(feed.title).toBe(`Dataset ${name}`);
    expect(feed.items.map((item) => [item.name, Number(item.id)])).toEqual(clean.map((item) => [item.name, item.id]));
    const [channel] = childrenOf(readXml(text), 'channel');
    expect(channel && childrenOf(channel, 'item')).toHaveLength(clean.length);
  },
};

const formatOf = (format: string): DownloadItemsFormat => format as DownloadItemsFormat;

describe.each(versions)('downloadItems with apify-client $version', ({ connect }) => {
  const dataset = connect(url).dataset(name);

  it.each(Object.entries(readers))('%s', async (format, check) => {
    const bytes = await dataset.downloadItems(formatOf(format), { clean: true });
    expect(bytes).toBeInstanceOf(Buffer);
    await check(bytes);
  });

  it('every option at once', async () => {
    const bytes = await dataset.downloadItems(DownloadItemsFormat.CSV, {
      attachment: true,
      bom: false,
      clean: true,
      delimiter: ';',
      desc: false,
      flatten: ['price'],
      fields: ['name', 'price.amount', 'rating'],
      omit: ['#debug'],
      limit: 2,
      offset: 0,
      skipEmpty: true,
      skipHeaderRow: true,
      skipHidden: true,
      unwind: 'reviews',
    });
    expect(bytes.toString('utf8')).toBe('"Oak ""table""";"10";"5"\r\n"Oak ""table""";"10";"3"\r\n"日本, 椅子";"7.5";"4"\r\n');
  });

  it('xmlRoot and xmlRow', async () => {
    const bytes = await dataset.downloadItems(DownloadItemsFormat.XML, { xmlRoot: 'shop', xmlRow: 'product', fields: ['id'] });
    const root = readXml(bytes.toString('utf8'));
    expect(root.name).toBe('shop');
    expect(childrenOf(root, 'product').map((row) => textOf(childrenOf(row, 'id')[0]))).toEqual(
      products.map((item) => (item.id === undefined ? undefined : String(item.id))),
    );
  });

  it.each(Object.keys(readers))('%s of bytes over many chunks', async (format) => {
    const big = await emulator.datasets.create({});
    await big.push(Array.from({ length: 5000 }, (_, id) => ({ id, text: `${id} `.repeat(20) })));
    const bytes = await connect(url)
      .dataset(big.facts.id)
      .downloadItems(formatOf(format), { fields: ['id'] });
    expect(await countIn(format as FormatName, bytes)).toBe(5000);
    await emulator.datasets.remove(big.facts.id);
  });
});

async function countIn(format: FormatName, bytes: Buffer): Promise<number> {
  const text = (): string => bytes.toString('utf8');
  const counts: Record<FormatName, () => number | Promise<number>> = {
    json: () => (JSON.parse(text()) as unknown[]).length,
    jsonl: () => text().trimEnd().split('\n').length,
    csv: async () => (await readCsv(text())).length - 1,
    html: () => readHtml(text()).rows.length,
    xlsx: async () => ((await readWorkbook(bytes))[0]?.rows.length ?? 0) - 1,
    xml: () => childrenOf(readXml(text()), 'item').length,
    rss: async () => (await new RssParser().parseString(text())).items.length,
  };
  return counts[format]();
}
