import type { Item, Json } from 'dataset-items';
import { readHtml } from '../../test/readers/html.js';
import { readWorkbook } from '../../test/readers/xlsx.js';
import { childrenOf, type Element, readXml, textOf } from '../../test/readers/xml.js';
import type { Case } from '../case.js';

/** The content of an output. */
export interface Cells {
  /** Only of formats with a header row. */
  readonly columns?: readonly string[];
  /** Texts by column name; an empty text counts as no cell. */
  readonly records: readonly ReadonlyMap<string, string>[];
}

type Read = (bytes: Buffer, writer: string) => Cells | Promise<Cells>;

/** Each output is read by software that is neither ours nor the writer's. */
export const readers: Readonly<Record<Case['holds'], Read>> = {
  jsonl: (bytes) => ({
    records: bytes
      .toString('utf8')
      .split('\n')
      .filter(Boolean)
      .map((line) => leavesOf(JSON.parse(line))),
  }),
  json: (bytes) => ({ records: (JSON.parse(bytes.toString('utf8')) as Item[]).map(leavesOf) }),
  csv: async (bytes, writer) => {
    const text = bytes.toString('utf8').replace(/^\ufeff/, '');
    if (writer !== 'd3-dsv') return table((await import('d3-dsv')).csvParseRows(text));
    return table((await import('papaparse')).default.parse<string[]>(text, { skipEmptyLines: true }).data);
  },
  html: (bytes) => {
    const { columns, rows } = readHtml(bytes.toString('utf8'));
    return table([columns, ...rows]);
  },
  xlsx: async (bytes, writer) => {
    if (writer !== 'exceljs') return table((await readWorkbook(bytes))[0]?.rows ?? []);
    const { default: xlsx } = await import('xlsx');
    const { SheetNames, Sheets } = xlsx.read(bytes);
    const sheet = Sheets[SheetNames[0] ?? ''];
    return table(sheet === undefined ? [] : xlsx.utils.sheet_to_json<unknown[]>(sheet, { header: 1, raw: true }));
  },
  xml: (bytes) => ({ records: childrenOf(readXml(bytes.toString('utf8')), 'item').map(elementsOf) }),
  rss: (bytes) => {
    const [channel] = childrenOf(readXml(bytes.toString('utf8')), 'channel');
    return { records: (channel === undefined ? [] : childrenOf(channel, 'item')).map(feedItemOf) };
  },
};

function table(rows: readonly (readonly unknown[])[]): Cells {
  const [header = [], ...others] = rows;
  const columns = header.map(String);
  return { columns, records: others.map((row) => texts(columns.map((name, index) => [name, row[index]]))) };
}

function texts(cells: readonly (readonly [string, unknown])[]): Map<string, string> {
  const written = cells.filter(([, value]) => value !== null && value !== undefined && value !== '');
  return new Map(written.map(([name, value]) => [name, String(value)]));
}

/** The JSON text of each value by its path, so that `1` differs from `"1"`, and null from a missing field. */
function leavesOf(item: Item): Map<string, string> {
  const leaves = new Map<string, string>();
  const visit = (value: Json, path: string): void => {
    const children = typeof value === 'object' && value !== null ? Object.entries(value) : [];
    if (children.length === 0) leaves.set(path, JSON.stringify(value));
    for (const [key, child] of children) visit(child, `${path}/${key}`);
  };
  visit(item, '');
  return leaves;
}

function elementsOf(item: Element): Map<string, string> {
  const children = item.children.filter((child) => typeof child !== 'string');
  return texts(children.map((child) => [child.name, textOf(child)]));
}

/** Feeds write dates in different ways, so they are compared as times. */
function feedItemOf(item: Element): Map<string, string> {
  const cells = elementsOf(item);
  const published = Date.parse(cells.get('pubDate') ?? '');
  return Number.isNaN(published) ? cells : cells.set('pubDate', new Date(published - (published % 1000)).toISOString());
}
