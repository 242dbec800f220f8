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
