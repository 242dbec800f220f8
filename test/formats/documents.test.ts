import type { Item } from 'dataset-items';
import { HtmlValidate } from 'html-validate';
import Parser from 'rss-parser';
import { describe, expect, it } from 'vitest';
import { readHtml } from '../readers/html.js';
import { childrenOf, readXml, textOf } from '../readers/xml.js';
import { exported } from './exported.js';

const facts = { id: 'd1', name: 'my things', modifiedAt: new Date('2024-02-29T12:34:56.789Z') };
const settings = { facts, withoutColumns: 'write' } as const;

it('csv reports a lone surrogate, but not a pair', async () => {
  const { report } = await exported([{ a: 'x\ud800', b: '😀', c: 'é' }], 'format=csv');
  expect(report.replaced).toEqual({ replacedCharacters: { count: 1, atLeast: false, examples: ['x\ud800'] } });
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
    expect((await exported(items, 'format=jsonl', { maxDepth: 5000 })).text === line).toBe(true);
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
    expect((await exported(items, 'format=jsonl')).text).toBe(items.map((item) => JSON.stringify(item)).join('\n'));
    for (const indent of [0, 2, 10]) {
      const { text } = await exported(items, { format: 'json', indent });
      expect(text).toBe(`[${items.map((item) => JSON.stringify(item, null, indent)).join(',\n')}]`);
    }
  });

  const queries = [
    '',
    'omit=b',
    'fields=inherited,a,o',
    'unwind=list&fields=a,inherited,x',
    'flatten=o&fields=o.x,o.inherited,a',
  ];
  it.each(['json', 'jsonl', 'xml', 'rss', 'csv', 'html'].flatMap((format) => queries.map((query) => ({ format, query }))))(
    'have no value that all objects inherit: $format of $query',
    async ({ format, query }) => {
      const items = [{ a: { c: 1 }, b: 2, o: { x: 3 }, list: [{ x: 4 }] }];
      const wanted = await exported(items, `format=${format}&${query}`);
      Object.defineProperty(Object.prototype, 'inherited', {
        value: 'all',
        enumerable: true,
        configurable: true,
        writable: true,
      });
      try {
        const { text } = await exported(items, `format=${format}&${query}`);
        expect(text).toBe(wanted.text);
        expect(text).not.toContain('all');
      } finally {
        Reflect.deleteProperty(Object.prototype, 'inherited');
      }
    },
  );
});

describe('listed values', () => {
  const items = [{ '@': { x: 1 }, '#': 'text', b: 2, '1': 3, o: { c: [{ d: 4 }] } }, { b: { e: [] } }, { z: 1 }];
  const names = ['b,1', '1,b,o', 'o', 'b,@', '#', '@,#', 'z,b', 'none'];
  it.each(names.flatMap((fields) => ['json', 'jsonl', 'xml', 'rss'].map((format) => ({ fields, format }))))(
    'are written as the records of their fields: $format of $fields',
    async ({ fields, format }) => {
      const listed = fields.split(',');
      const records = items.map((item) => Object.fromEntries(Object.entries(item).filter(([name]) => listed.includes(name))));
      const inOrder = records.map((record) =>
        Object.fromEntries(listed.flatMap((name) => (name in record ? [[name, record[name]]] : []))),
      );
      const { text } = await exported(items, `format=${format}&fields=${encodeURIComponent(fields)}`);
      expect(text).toBe((await exported(inOrder, `format=${format}`)).text);
    },
  );
});

describe('jsonl', () => {
  const long = Array.from({ length: 900 }, (_, n) => ({ n, text: 'é'.repeat(500) }));
  const ends = [
    { what: 'no records', items: [], request: {}, text: '' },
    { what: 'no records, with a final newline', items: [], request: { finalNewline: true }, text: '' },
    { what: 'no records, with a byte order mark', items: [], request: { bom: true, finalNewline: true }, text: '\ufeff' },
    { what: 'one record', items: [{ a: 1 }], request: {}, text: '{"a":1}' },
    { what: 'two records', items: [{ a: 1 }, {}], request: {}, text: '{"a":1}\n{}' },
    { what: 'a byte order mark', items: [{ a: 1 }, {}], request: { bom: true }, text: '\ufeff{"a":1}\n{}' },
    { what: 'no final newline', items: [{ a: 1 }], request: { finalNewline: false }, text: '{"a":1}' },
    { what: 'a final newline', items: [{ a: 1 }, {}], request: { finalNewline: true }, text: '{"a":1}\n{}\n' },
    { what: 'several chunks', items: long, request: {}, text: long.map((item) => JSON.stringify(item)).join('\n') },
  ];
  it.each(ends)(
    'has line feeds between records, and after the last one only on request: $what',
    async ({ items, request, text }) => {
      expect((await exported(items, { format: 'jsonl', ...request })).text).toBe(text);
      expect((await exported(items, { format: 'jsonl', ...request }, { batchSize: 1 })).text).toBe(text);
    },
  );

  it('has no parameter for it over the API', async () => {
    expect((await exported([{ a: 1 }], 'format=jsonl&finalNewline=1')).text).toBe('{"a":1}');
  });
});

describe('csv in safe mode', () => {
  const cells = [
    ...['=', '+', '-', '@', '\t', '\r', '\n', '\uff1d', '\uff0b', '\uff0d', '\uff20'].map((start) => ({
      text: `${start}1`,
      written: `'${start}1`,
    })),
    ...['', 'a=1', "'=1", ' =1', '\u22121', '\uff1c', '\uff1e', '\uff0c', '\uff1f', '\uff21'].map((text) => ({
      text,
      written: text,
    })),
  ];
  it.each(cells)('writes $text as $written, in a cell and in a column name', async ({ text, written }) => {
    const { text: csv } = await exported([{ [text]: text }], { format: 'csv', safe: true, bom: false });
    expect(csv).toBe(`"${written}"\r\n"${written}"\r\n`);
    const { text: plain } = await exported([{ [text]: text }], { format: 'csv', bom: false });
    expect(plain).toBe(`"${text}"\r\n"${text}"\r\n`);
  });

  it('does not change numbers', async () => {
    expect((await exported([{ a: -1, b: true }], { format: 'csv', safe: true, bom: false })).text).toBe(
      '"a","b"\r\n"-1","true"\r\n',
    );
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

  it('is one table with the title of the dataset, without rows if there is no column', async () => {
    expect(readHtml((await exported([], 'format=html', settings)).text)).toEqual({
      title: 'my things',
      tables: 1,
      columns: [],
      rows: [],
    });
  });

  it('reports characters that it cannot contain', async () => {
    const { report } = await exported([{ a: 'x\r\ny', b: '\u0001', c: 'fine & <well>', d: 'x\ry', e: 'x\ny' }], 'format=html');
    expect(report.replaced).toEqual({
      changedLineBreaks: { count: 2, atLeast: false, examples: ['x\r\ny', 'x\ry'] },
      replacedCharacters: { count: 1, atLeast: false, examples: ['\u0001'] },
    });
  });
});

describe('xml', () => {
  it('reports changed names, once each, and dropped attributes', async () => {
    const items = Array.from({ length: 3 }, () => ({ '2x': 1, e: { '@': { xmlns: 'u', 'a b': 1, a_b: 2 } }, t: '\ud800' }));
    const { report } = await exported(items, 'format=xml');
    expect(report.replaced).toEqual({
      changedNames: { count: 2, atLeast: false, examples: ['2x', 'a b'] },
      droppedAttributes: { count: 6, atLeast: false, examples: ['xmlns', 'a_b', 'xmlns', 'a_b', 'xmlns'] },
      replacedCharacters: { count: 3, atLeast: false, examples: ['\ud800', '\ud800', '\ud800'] },
    });
  });

  const contents = [
    { what: 'an @ that is no object is an element', value: { '@': 5, '#': 't' }, xml: '<e><_>5</_><_>t</_></e>' },
    { what: 'an @ that is an array is elements', value: { '@': [5, 6] }, xml: '<e><_>5</_><_>6</_></e>' },
    { what: 'an @ that is null is an element', value: { '@': null, '#': 't' }, xml: '<e><_/><_>t</_></e>' },
    { what: 'an @ that is an empty array leaves # the text', value: { '@': [], '#': 't' }, xml: '<e>t</e>' },
    { what: 'a # beside attributes is the text', value: { '@': { a: 1 }, '#': 't' }, xml: '<e a="1">t</e>' },
    { what: 'a # beside a child is an element', value: { '#': 't', c: 1 }, xml: '<e><_>t</_><c>1</c></e>' },
    { what: 'a # beside an array of nothing is the text', value: { '#': 't', c: [[], []] }, xml: '<e>t</e>' },
    { what: 'a # that is an object is an element', value: { '#': { a: 1 } }, xml: '<e><_><a>1</a></_></e>' },
    { what: 'a # that is an array is elements', value: { '#': [1, 2] }, xml: '<e><_>1</_><_>2</_></e>' },
    { what: 'a # of null is an empty element', value: { '#': null }, xml: '<e/>' },
    { what: 'a # that is an empty text', value: { '#': '' }, xml: '<e></e>' },
    { what: 'an attribute of null is none', value: { '@': { a: null, b: false } }, xml: '<e b="false"/>' },
    { what: 'an attribute of null leaves an earlier one', value: { '@': { 'a b': 1, a_b: null } }, xml: '<e a_b="1"/>' },
    {
      what: 'nested attributes are JSON',
      value: { '@': { a: { b: ['<"'] } } },
      xml: '<e a="{&quot;b&quot;:[&quot;&lt;\\&quot;&quot;]}"/>',
    },
    { what: 'white space in attributes', value: { '@': { a: '\t\n\r ' } }, xml: '<e a="&#9;&#10;&#13; "/>' },
    { what: 'a number past the double range', value: { a: Number.POSITIVE_INFINITY }, xml: '<e><a/></e>' },
  ];
  it.each(contents)('$what', async ({ value, xml }) => {
    const { text } = await exported([{ e: value }], 'format=rss');
    expect(/<item>(.*)<\/item>/.exec(text)?.[1]).toBe(xml);
    const lines = await exported([{ e: value }], 'format=xml');
    expect(lines.text.replace(/\n */g, '')).toContain(`<item>${xml}</item>`);
  });

  it('reports nothing if everything could be written', async () => {
    expect((await exported([{ a: 'é & 😀 <b>\r' }], 'format=xml')).report.replaced).toEqual({});
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
    { what: 'names to change', value: { '2x': { 'a b': 1 } } },
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

  it('has a channel with title, link, description and date, then docs and generator, then the items', async () => {
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

  it('uses the id and 1980-01-01 by default', async () => {
    const [title, link, , date] = (await channelOf({}, { id: 'x1' })) ?? [];
    expect([title, link, date]).toEqual([
      ['title', 'Dataset x1'],
      ['link', 'urn:dataset:x1'],
      ['lastBuildDate', 'Tue, 01 Jan 1980 00:00:00 GMT'],
    ]);
  });

  it('percent-encodes characters that a URL cannot contain', async () => {
    const [, link] = (await channelOf({}, { id: 'a?b#c dé\ud800' })) ?? [];
    expect(link).toEqual(['link', 'urn:dataset:a%3Fb%23c%20d%C3%A9%EF%BF%BD']);
  });

  it('writes any title, description and link literally', async () => {
    const feedTitle = 'a &amp; <b> \u0001 \r ]]> urn:mark:link $& ';
    const [title, link, description] =
      (await channelOf({ feedTitle, feedDescription: '$1', feedLink: 'https://e.com/?a=1&b=2' })) ?? [];
    expect([title, link, description]).toEqual([
      ['title', feedTitle.replace('\u0001', '\ufffd')],
      ['link', 'https://e.com/?a=1&b=2'],
      ['description', '$1'],
    ]);
  });

  it('can be read by a feed reader', async () => {
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
