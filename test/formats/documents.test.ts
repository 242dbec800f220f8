import type { Item } from 'dataset-items';
import { HtmlValidate } from 'html-validate';
import Parser from 'rss-parser';
import { describe, expect, it } from 'vitest';
import { readHtml } from '../readers/html.js';
import { childrenOf, readXml, textOf } from '../readers/xml.js';
import { exported } from './exported.js';

const facts = { id: 'd1', name: 'my things', modifiedAt: new Date('2024-02-29T12:34:56.789Z') };
const settings = { facts, withoutColumns: 'write' } as const;

it('csv reports a lone surrogate, and no pair', async () => {
  const { report } = await exported([{ a: 'x\ud800', b: '😀', c: 'é' }], 'format=csv');
  expect(report.mended).toEqual({ replacedCharacters: { count: 1, atLeast: false, examples: ['x\ud800'] } });
});

describe('json and jsonl', () => {
  const levels = 4998;
  const deep = [
    { what: 'objects', text: `${'{"a":'.repeat(levels)}"end"${'}'.repeat(levels)}` },
    { what: 'arrays', text: `${'['.repeat(levels)}"end"${']'.repeat(levels)}` },
    { what: 'both', text: `${'{"a":[1,'.repeat(levels / 2)}{}${',[],null]}'.repeat(levels / 2)}` },
  ];
  it.each(deep)('nest $what five thousand levels', async ({ text }) => {
    const items = [{ deep: JSON.parse(text) }];
    const line = `{"deep":${text}}`;
    expect((await exported(items, 'format=jsonl', { maxDepth: 5000 })).text === `${line}\n`).toBe(true);
    const array = (await exported(items, 'format=json', { maxDepth: 5000 })).text;
    expect(array.replace(/\s+/g, '') === `[${line}]`).toBe(true);
  });

  const printed: { what: string; record: Item }[] = [
    ...[1, 3, 98, 99, 100, 101, 102, 103, 130].map((depth) => ({
      what: `${depth} levels`,
      record: { deep: JSON.parse(`${'{"a":[1,'.repeat(depth / 2)}{}${',[],null,"\\n"],"":0}'.repeat(depth / 2)}`) },
    })),
    {
      what: 'one name at several levels',
      record: JSON.parse('{"a":[{"a":{"a":1}},[{"a":[{"a":2}]}],{"a":[]}],"b":{"a":{"b":{}}}}'),
    },
    {
      what: 'names that are traps',
      record: JSON.parse('{"b":1,"10":2,"9":3,"__proto__":{"a":1},"constructor":null,"":true,"\\"":false}'),
    },
    {
      what: 'numbers at their limits',
      record: JSON.parse('{"n":[1e400,-1e400,-0,1E5,0.1,1e21,1e-7,5e-324,2147483647,-2147483.648,0.001,0.0005]}'),
    },
    {
      what: 'text that needs care',
      record: { long: `${'x'.repeat(60)}"\\\u0000`, short: '\u0001\u007f', halves: '\ud800 \udc00\ud800', pair: '😀' },
    },
    { what: 'more than a chunk', record: { long: 'é"'.repeat(100_000) } },
  ];
  it.each(printed)('are what JSON.stringify prints: $what', async ({ record }) => {
    const items = [{}, record, record];
    expect((await exported(items, 'format=jsonl')).text).toBe(items.map((item) => `${JSON.stringify(item)}\n`).join(''));
    for (const indent of [0, 2, 10]) {
      const { text } = await exported(items, { format: 'json', indent });
      expect(text).toBe(`[${items.map((item) => JSON.stringify(item, null, indent)).join(',\n')}]`);
    }
  });

  it('write no field that all objects inherit', async () => {
    Object.defineProperty(Object.prototype, 'inherited', { value: 1, enumerable: true, configurable: true, writable: true });
    try {
      expect((await exported([{ a: {} }], 'format=jsonl')).text).toBe('{"a":{}}\n');
    } finally {
      Reflect.deleteProperty(Object.prototype, 'inherited');
    }
  });
});

describe('html', () => {
  const outputs = [
    { what: 'no columns', items: [], query: '' },
    { what: 'columns without rows', items: [], query: '&fields=a,b' },
    {
      what: 'hostile cells',
      items: [{ '<b>"x"</b>': '</table><script>1</script>', '': '\u0000\u0085\ufffe', n: 1, m: null }],
      query: '',
    },
  ];
  const validator = new HtmlValidate({
    extends: ['html-validate:standard'],
  });
  it.each(outputs)('is valid with $what', async ({ items, query }) => {
    const { text } = await exported(items, `format=html${query}`, settings);
    const { results } = await validator.validateString(text);
    expect(results.flatMap(({ messages }) => messages)).toEqual([]);
  });

  it('is one table, titled by the dataset, without rows where there is no column', async () => {
    expect(readHtml((await exported([], 'format=html', settings)).text)).toEqual({
      title: 'my things',
      tables: 1,
      columns: [],
      rows: [],
    });
  });

  it('reports what it cannot hold', async () => {
    const { report } = await exported([{ a: 'x\r\ny', b: '\u0001', c: 'fine & <well>' }], 'format=html');
    expect(report.mended).toEqual({
      changedLineBreaks: { count: 1, atLeast: false, examples: ['x\r\ny'] },
      replacedCharacters: { count: 1, atLeast: false, examples: ['\u0001'] },
    });
  });
});

describe('xml', () => {
  it('reports mended names, once each, and attributes left out', async () => {
    const items = Array.from({ length: 3 }, () => ({ '2x': 1, e: { '@': { xmlns: 'u', 'a b': 1, a_b: 2 } }, t: '\ud800' }));
    const { report } = await exported(items, 'format=xml');
    expect(report.mended).toEqual({
      mendedNames: { count: 2, atLeast: false, examples: ['2x', 'a b'] },
      leftOutAttributes: { count: 6, atLeast: false, examples: ['xmlns', 'a_b', 'xmlns', 'a_b', 'xmlns'] },
      replacedCharacters: { count: 3, atLeast: false, examples: ['\ud800', '\ud800', '\ud800'] },
    });
  });

  it('says nothing of what it could write', async () => {
    expect((await exported([{ a: 'é & 😀 <b>\r' }], 'format=xml')).report.mended).toEqual({});
  });

  it('nests a thousand levels', async () => {
    let value: unknown = 'deep';
    for (let level = 0; level < 998; level++) value = { a: value };
    const { text } = await exported([{ a: value as string }], 'format=xml');
    expect(textOf(readXml(text))).toBe('deep');
  });

  const deep = [
    { what: 'a scalar', value: 'x' },
    { what: 'null', value: null },
    { what: 'an empty object', value: {} },
    { what: 'arrays in arrays', value: [1, [2, [{ b: [true, []] }, null]]] },
    { what: 'attributes and text', value: { '@': { x: 'a"b', 'n m': 1 }, '#': '<t>' } },
    { what: 'attributes alone', value: { '@': { x: 1 } } },
    { what: 'a text of null', value: { '#': null, '@': { x: [1] } } },
    { what: 'attributes and elements', value: { '@': { x: 1 }, '#': 2, c: { '@': 'no attributes', '#': { d: 1 } } } },
    { what: 'names to mend', value: { '2x': { 'a b': 1 } } },
  ];
  it.each(deep)('writes $what five thousand levels down as at the top', async ({ value }) => {
    const levels = 4990;
    const items = [{ a: JSON.parse(`${'{"a":'.repeat(levels)}${JSON.stringify(value)}${'}'.repeat(levels)}`) }];
    const top = (await exported([{ a: value }], 'format=rss')).text;
    const { text } = await exported(items, 'format=rss', { maxDepth: 5000 });
    const [start = '', end = ''] = top.split(/(?<=<item>).*(?=<\/item>)/s);
    const inside = top.slice(start.length, top.length - end.length);
    expect(text === `${start}${'<a>'.repeat(levels)}${inside}${'</a>'.repeat(levels)}${end}`).toBe(true);
  });
});

describe('rss', () => {
  const channelOf = async (query: Record<string, string>, given: typeof facts | Pick<typeof facts, 'id'> = facts) => {
    const { text } = await exported(
      [{ title: 'T', link: 'https://example.com/1' }],
      { format: 'rss', ...query },
      { facts: { name: '', modifiedAt: undefined, ...given } },
    );
    const [channel] = childrenOf(readXml(text), 'channel');
    return channel?.children.map((child) => (typeof child === 'string' ? child : [child.name, textOf(child)]));
  };

  it('has a channel of title, link, description and date, then what the library adds, then the items', async () => {
    expect(await channelOf({})).toEqual([
      ['title', 'Dataset my things'],
      ['link', 'urn:dataset:my%20things'],
      ['description', 'Items in dataset with id "d1".'],
      ['lastBuildDate', 'Thu, 29 Feb 2024 12:34:56 GMT'],
      ['docs', 'https://validator.w3.org/feed/docs/rss2.html'],
      ['generator', 'dataset-items'],
      ['item', 'Thttps://example.com/1'],
    ]);
  });

  it('falls back on the id, and on the first of 1980', async () => {
    const [title, link, , date] = (await channelOf({}, { id: 'x1' })) ?? [];
    expect([title, link, date]).toEqual([
      ['title', 'Dataset x1'],
      ['link', 'urn:dataset:x1'],
      ['lastBuildDate', 'Tue, 01 Jan 1980 00:00:00 GMT'],
    ]);
  });

  it('takes any title, description and link, literally', async () => {
    const feedTitle = 'a &amp; <b> \u0001 \r ]]> urn:mark:link $& ';
    const [title, link, description] =
      (await channelOf({ feedTitle, feedDescription: '$1', feedLink: 'https://e.com/?a=1&b=2' })) ?? [];
    expect([title, link, description]).toEqual([
      ['title', feedTitle.replace('\u0001', '\ufffd')],
      ['link', 'https://e.com/?a=1&b=2'],
      ['description', '$1'],
    ]);
  });

  it('reads under a feed reader', async () => {
    const items = [{ title: 'One', link: 'https://e.com/1', guid: { '@': { isPermaLink: false }, '#': 'g' }, 'dc:creator': 'C' }];
    const { text } = await exported(items, 'format=rss&feedTitle=F', settings);
    const feed = await new Parser().parseString(text);
    expect({ title: feed.title, link: feed.link, description: feed.description }).toEqual({
      title: 'F',
      link: 'urn:dataset:my%20things',
      description: 'Items in dataset with id "d1".',
    });
    expect(feed.items).toMatchObject([{ title: 'One', link: 'https://e.com/1', guid: 'g', creator: 'C' }]);
  });
});
