import { readdirSync, readFileSync } from 'node:fs';
import type { Item } from 'dataset-items';
import readXlsxFile from 'read-excel-file/node';
import Parser from 'rss-parser';
import { describe, expect, it } from 'vitest';
import { fixtures } from '../doors/cases.js';
import { readHtml } from '../readers/html.js';
import { readWorkbook } from '../readers/xlsx.js';
import { childrenOf, readXml } from '../readers/xml.js';
import { asHtmlHolds, asUnicodeHolds, leavesOf } from './expected.js';
import { exported } from './exported.js';

/** Items of each corpus: enough for every kind of item in it, and few enough for the slowest reader. */
const ITEMS = 400;
/** The widest corpus has thousands of columns. */
const WIDE: Readonly<Record<string, number>> = { 'octokit-webhooks.jsonl': 30 };

const corpora = new URL('corpora/', fixtures);
const files = readdirSync(corpora).filter((name) => name.endsWith('.jsonl'));

describe.each(files)('%s', (name) => {
  const lines = readFileSync(new URL(name, corpora), 'utf8').split('\n').filter(Boolean);
  const items: Item[] = lines.slice(0, WIDE[name] ?? ITEMS).map((line) => JSON.parse(line));
  const cellsOf = <C>(columns: readonly string[], cell: (text: string | number | boolean | null) => C): C[][] =>
    items.map((item) => {
      const leaves = leavesOf(item);
      return columns.map((column) => cell(leaves.get(column) ?? null));
    });

  it('as xml, under a strict parser', async () => {
    expect(readXml((await exported(items, 'format=xml')).text).children).toHaveLength(items.length);
  });

  it('as rss, under a strict parser and a feed reader', async () => {
    const { text } = await exported(items, 'format=rss&feedTitle=T%20%26%20<t>');
    const [channel] = childrenOf(readXml(text), 'channel');
    expect(channel && childrenOf(channel, 'item')).toHaveLength(items.length);
    const feed = await new Parser().parseString(text);
    expect(feed.title).toBe('T & <t>');
    expect(feed.items).toHaveLength(items.length);
  });

  it('as html, under an HTML parser', async () => {
    const { columns, rows } = readHtml((await exported(items, 'format=html')).text);
    const names = new Map(items.flatMap((item) => [...leavesOf(item).keys()]).map((key) => [asHtmlHolds(key), key]));
    const meant = columns.map((column) => names.get(column) as string);
    expect(rows).toEqual(cellsOf(meant, (value) => (value === null ? '' : asHtmlHolds(String(value)))));
  });

  it('as xlsx, under two readers', async () => {
    const { bytes } = await exported(items, 'format=xlsx');
    const [sheet] = await readWorkbook(bytes);
    const [header = [], ...rows] = sheet?.rows ?? [];
    const cells = cellsOf(header.map(String), (value) => {
      return value === null || typeof value === 'number' ? value : asUnicodeHolds(String(value)) || null;
    });
    expect(rows).toEqual(cells);
    const [second] = await readXlsxFile(bytes, { trim: false });
    expect(second?.data.slice(1)).toEqual(cells);
  });
});
