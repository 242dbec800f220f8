import type { Item } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { readHtml } from '../readers/html.js';
import { readWorkbook } from '../readers/xlsx.js';
import { childrenOf, readXml, textOf } from '../readers/xml.js';
import { asHtmlHolds, asUnicodeHolds, asXmlHolds } from './expected.js';
import { exported } from './exported.js';

/** All code points, including halves of surrogate pairs, in texts of 256. The x separates halves. */
const texts = Array.from({ length: 0x1100 }, (_, block) =>
  Array.from({ length: 256 }, (_, at) => String.fromCodePoint(block * 256 + at)).join(block >= 0xd8 && block < 0xe0 ? 'x' : ''),
);
const items: Item[] = texts.map((text) => ({ t: text }));

describe('every character', () => {
  it('is what JSON.stringify writes, in json and jsonl', async () => {
    const lines = (await exported(items, 'format=jsonl')).text.split('\n');
    expect(lines.filter((line, at) => line !== JSON.stringify(items[at]))).toEqual([]);
    expect((await exported(items, { format: 'json', indent: 0 })).text).toBe(`[${lines.join(',\n')}]`);
  });

  it('is unchanged in csv, except quotes and lone surrogates', async () => {
    const cells = texts.map((text) => `"${asUnicodeHolds(text).replaceAll('"', '""')}"\r\n`);
    expect((await exported(items, { format: 'csv', bom: false })).text === `"t"\r\n${cells.join('')}`).toBe(true);
  });

  it('reads back from html, as far as html can contain it', async () => {
    const { rows } = readHtml((await exported(items, 'format=html')).text);
    expect(rows.filter(([cell], at) => cell !== asHtmlHolds(texts[at] as string))).toEqual([]);
    expect(rows.length).toBe(texts.length);
  });

  it.each(['xml', 'rss'])('reads back from %s, as far as xml can contain it, in elements and attributes', async (format) => {
    const records = texts.map((text) => ({ t: { '@': { a: text }, '#': text } }));
    const root = readXml((await exported(records, { format: format as 'xml' })).text);
    const parent = format === 'rss' ? childrenOf(root, 'channel')[0] : root;
    const elements = childrenOf(parent as typeof root, 'item').flatMap((element) => childrenOf(element, 't'));
    const held = texts.map(asXmlHolds);
    expect(elements.filter((element, at) => element.attributes.a !== held[at])).toEqual([]);
    expect(elements.filter((element, at) => textOf(element) !== held[at])).toEqual([]);
    expect(elements.length).toBe(texts.length);
  });

  it('reads back from xlsx', async () => {
    const [sheet] = await readWorkbook((await exported(items, 'format=xlsx')).bytes);
    const rows = sheet?.rows.slice(1) ?? [];
    expect(rows.filter(([cell], at) => cell !== asUnicodeHolds(texts[at] as string))).toEqual([]);
    expect(rows.length).toBe(texts.length);
  });
});
