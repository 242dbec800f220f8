import { expect, it } from 'vitest';
import { formats } from './formats/index.js';
import { writeItems } from './write-items.js';

async function textOf(chunks: AsyncIterable<Uint8Array>): Promise<string> {
  const all: Uint8Array[] = [];
  for await (const chunk of chunks) all.push(chunk);
  return Buffer.concat(all).toString();
}

const items = [{ a: 1, '#h': 2 }, { b: 'x' }];

it('writes a document, with the query and the options that are given', async () => {
  expect(await textOf(writeItems(items, formats.jsonl))).toBe('{"a":1,"#h":2}\n{"b":"x"}');
  const given = { query: { skipHidden: true }, options: { indent: 0 } } as const;
  expect(await textOf(writeItems(items, formats.json, given))).toBe('[{"a":1},\n{"b":"x"}]');
});

it('writes a table', async () => {
  const given = { options: { bom: false }, table: { columns: ['b', 'a'] } };
  expect(await textOf(writeItems(items, formats.csv, given))).toBe('"b","a"\r\n,"1"\r\n"x",\r\n');
});

it('calls items that have no name by their id', async () => {
  expect(await textOf(writeItems([], formats.rss))).toContain('<title>Dataset items</title>');
});
