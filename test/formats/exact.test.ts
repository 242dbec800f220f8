import { gzipSync } from 'node:zlib';
import { joinSources } from '@dataset-items/sources';
import {
  type ExportOptions,
  exportItems,
  fileSource,
  itemsSource,
  type RequestInput,
  type Source,
  textSource,
} from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { scratchDirectory } from '../../packages/sources/src/testing/scratch.js';

const folder = scratchDirectory();

const item =
  '{"id":12345678901234567890,"p":1.50,"q":1E2,"in":{"x":[0.1000000000000000055,-1e400]},"@":{"k":[9007199254740993]}}';
/** The same item, which must be parsed. */
const parsed = item.replace('"p"', '"\\u0070"');

const text = (content: string, query: Record<string, unknown>, options: ExportOptions = {}) =>
  exported(textSource({ texts: () => content.split('\n') }), query, options);

async function exported(source: Source, query: Record<string, unknown>, options: ExportOptions = {}) {
  const { bytes, report } = await exportItems(source, query, options);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), report: await report };
}

const rows = [
  { format: 'jsonl', written: item },
  { format: 'json', written: '"x": [\n      0.1000000000000000055,\n      -1e400\n    ]' },
  { format: 'csv', written: '"9007199254740993","12345678901234567890","0.1000000000000000055","-1e400","1.50","1E2"' },
  { format: 'html', written: '<td>0.1000000000000000055</td><td>-1e400</td><td>1.50</td><td>1E2</td>' },
  { format: 'xml', written: '<p>1.50</p>\n    <q>1E2</q>\n    <in>\n      <x>0.1000000000000000055</x>\n      <x>-1e400</x>' },
  { format: 'rss', written: '<item k="[9007199254740993]"><id>12345678901234567890</id><p>1.50</p><q>1E2</q>' },
] as const;

describe('exact keeps numbers as they are spelled', () => {
  for (const { format, written } of rows) {
    for (const content of [item, parsed]) {
      it.each([true, false])(
        `${format}, ${content === item ? 'from the bytes' : 'an item that is parsed'}, byteLane: %s`,
        async (byteLane) => {
          const exported = await text(content, { format, exact: true }, { byteLane });
          expect(exported.text).toContain(written);
          expect(exported.report.changedNumbers).toEqual({ count: 0, first: [] });
        },
      );
    }
  }

  it('a workbook writes as text what a double cannot hold', async () => {
    const { bytes } = await exportItems(textSource({ texts: () => [item] }), { format: 'xlsx', exact: true });
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(chunk);
    const path = folder.write('a.xlsx', Buffer.concat(chunks));
    const read: object[] = [];
    for await (const batch of (await fileSource(path)).read()) read.push(...batch);
    expect(read).toEqual([
      {
        '@/k/0': '9007199254740993',
        id: '12345678901234567890',
        'in/x/0': '0.1000000000000000055',
        'in/x/1': '-1e400',
        p: 1.5,
        q: 100,
      },
    ]);
  });

  it('numbers decide as others do', async () => {
    const line = '{"list":[1e400,{"a":1e400}],"#h":0,"errorInfo":null}\n{"errorInfo":1e400}\n{"n":-1e400}';
    const exported = await text(line, {
      format: 'jsonl',
      exact: true,
      unwind: ['list'],
      skipFailedPages: true,
      clean: true,
      omit: ['errorInfo'],
    });
    expect(exported.text).toBe('{"list":1e400}\n{"a":1e400}\n{"n":-1e400}');
    const safe = await text(line, {
      format: 'csv',
      exact: true,
      safe: true,
      fields: ['n'],
      skipEmpty: true,
      skipHeaderRow: true,
      bom: false,
    });
    expect(safe.text).toBe('"-1e400"\r\n');
  });

  it('text that begins like a mark of the parser stays text', async () => {
    const line = '{"a":"\\u00001","b":["\\u0000\\u00002"],"c":1.0,"__proto__":{"x":1.0},"\\u0064":"\\u0000"}';
    const exported = await text(line, { format: 'jsonl', exact: true });
    expect(exported.text).toBe('{"a":"\\u00001","b":["\\u0000\\u00002"],"c":1.0,"__proto__":{"x":1.0},"d":"\\u0000"}');
  });

  it('items in memory have no spelling', async () => {
    const { bytes } = await exportItems(itemsSource([{ a: 1.5 }]), { format: 'jsonl', exact: true });
    expect(Buffer.from((await bytes.next()).value).toString()).toBe('{"a":1.5}');
  });

  it('of several files, one of them empty', async () => {
    const files = [
      folder.write('full.jsonl', '{"a":1.50}'),
      folder.write('empty.jsonl', ''),
      folder.write('more.json', '[{"a":1e400}]'),
    ];
    const source = joinSources(
      { id: 'all', name: 'all', modifiedAt: undefined },
      await Promise.all(files.map((file) => fileSource(file))),
    );
    expect((await exported(source, { format: 'jsonl', exact: true })).text).toBe('{"a":1.50}\n{"a":1e400}');
  });

  it('of several lines files in reverse, one of them empty', async () => {
    const files = [folder.write('full.jsonl', '{"a":1.50}\n{"a":2.0}'), folder.write('empty.jsonl', '')];
    const source = joinSources(
      { id: 'all', name: 'all', modifiedAt: undefined },
      await Promise.all(files.map((file) => fileSource(file))),
    );
    const request = { format: 'jsonl', exact: true, desc: true } as const;
    expect((await exported(source, request)).text).toBe('{"a":2.0}\n{"a":1.50}');
    const alone = await exported(await fileSource(folder.write('nothing.jsonl', '')), request);
    expect(alone.text).toBe('');
  });

  it('with what `lenient` accepts', async () => {
    const source = await fileSource(folder.write('lenient.jsonl', '{"a":[1.50,NaN,2.0,],}\n{"a":1.50}'), { lenient: true });
    expect((await exported(source, { format: 'jsonl', exact: true })).text).toBe('{"a":[1.50,null,2.0]}\n{"a":1.50}');
  });

  const array = {
    source: () => fileSource(folder.write('a.json.gz', gzipSync(`[${item}]`))),
    query: { desc: true },
    options: {},
  };
  const lines = { source: async () => textSource({ texts: () => [item] }), query: {} };
  it.each([
    { name: 'desc of a compressed array', ...array },
    { name: 'input that is not JSON', source: () => fileSource(folder.write('a.csv', 'a\n1.50\n')), query: {}, options: {} },
    {
      name: 'input of which a part is not JSON',
      source: async () =>
        joinSources({ id: '', name: '', modifiedAt: undefined }, [
          await fileSource(folder.write('b.jsonl', item)),
          await fileSource(folder.write('b.csv', 'a\n1.50\n')),
        ]),
      query: {},
      options: {},
    },
    { name: 'map', ...lines, options: { map: (record: object) => record } },
    { name: 'filter', ...lines, options: { filter: () => true } },
    { name: 'cell', ...lines, query: { format: 'csv' }, options: { cell: (value: unknown) => value } },
  ])('is refused by its name with $name', async ({ source, query, options }) => {
    const read = async () => {
      const { bytes } = await exportItems(await source(), { exact: true, ...query } as RequestInput, options as ExportOptions);
      for await (const _ of bytes);
    };
    await expect(read()).rejects.toMatchObject({ code: 'invalid-parameter', parameter: 'exact', value: 'true' });
  });

  it('a query string sets it only where local options are allowed', async () => {
    const source = textSource({ texts: () => ['{"a":1.50}'] });
    const first = async (options: ExportOptions) => {
      const { bytes } = await exportItems(source, 'format=jsonl&exact=1', options);
      return Buffer.from((await bytes.next()).value).toString();
    };
    expect([await first({}), await first({ local: true })]).toEqual(['{"a":1.5}', '{"a":1.50}']);
  });
});

describe('changed numbers are counted', () => {
  const cases = [
    { spelling: '12345678901234567890', printed: '12345678901234567000' },
    { spelling: '-0.1000000000000000055', printed: '-0.1' },
    { spelling: '1e400', printed: 'null' },
    { spelling: '1e-400', printed: '0' },
    { spelling: '4.9e-324', printed: '5e-324' },
    ...['1.50', '1E2', '-0', '0.0e5', '1e23', '9007199254740992', '0.1', '1.0000000000000000000', '123456789012345.60'].map(
      (spelling) => ({
        spelling,
        printed: undefined,
      }),
    ),
  ];
  it.each(cases)('$spelling is printed as $printed', async ({ spelling, printed }) => {
    for (const byteLane of [true, false]) {
      const lines = `{"a":1}\n{"a":{"b":[0,${spelling}]}}\n{"\\u0061":${spelling}}`;
      const { report } = await text(lines, { format: 'jsonl' }, { byteLane });
      const common = { source: 'items', spelling, printed };
      const first =
        printed === undefined
          ? []
          : [
              { ...common, line: 2, byte: 13, field: 'a/b/1' },
              { ...common, line: 3, byte: 10, field: 'a' },
            ];
      expect(report.changedNumbers).toEqual({ count: first.length, first });
    }
  });

  it('in a file, with the first five', async () => {
    const path = folder.write('many.jsonl', `\n${'{"a":9007199254740993,"b":"9007199254740993"}\n'.repeat(9)}`);
    for (const byteLane of [true, false]) {
      for (const query of ['format=jsonl', 'format=csv&fields=b', 'format=jsonl&desc=1', 'format=xml']) {
        const { bytes, report } = await exportItems(await fileSource(path), query, { byteLane });
        for await (const _ of bytes);
        const { count, first } = (await report).changedNumbers;
        expect(count).toBe(9);
        const expected = query.includes('desc') ? [10, 9, 8, 7, 6] : [2, 3, 4, 5, 6];
        expect(first.map(({ line, byte }) => [line, byte])).toEqual(expected.map((line) => [line, 1 + (line - 2) * 46 + 5]));
      }
    }
  });
});
