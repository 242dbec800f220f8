import {
  type CellTable,
  defineDocumentFormat,
  defineTableFormat,
  exportItems,
  flag,
  formatNames,
  formats,
  InvalidParameterError,
  itemsHandler,
  itemsSource,
  type Report,
  recordsOf,
  TooManyRecordsError,
  text,
} from 'dataset-items';
import { describe, expect, it } from 'vitest';

const items = [
  { id: 1, name: 'Oak | table', price: { amount: 10.5, at: '2026-01-31T00:00:00.000Z' }, tags: ['a', 'b'] },
  { id: 2, name: 'Ash\nchair', price: { amount: null }, tags: [] },
  { id: 3, name: 'Elm 🪑 "x"', wide: true },
];

const write = (value: unknown): string => (value === null ? '' : String(value).replace(/[\\|]/g, '\\$&').replace(/\n/g, '<br>'));
const line = (cells: readonly string[]): string => `| ${cells.join(' | ')} |\n`;
const markdown = defineTableFormat({
  mediaType: 'text/markdown; charset=utf-8',
  extension: 'md',
  parameters: { rule: text('Text of the rule'), bare: flag('No rule', { local: true }) },
  async *write({ columns, rows }: CellTable, { rule = '---', bare }) {
    yield line(columns.map(write));
    if (!bare) yield line(columns.map(() => rule));
    for await (const row of rows) yield line(row.map(write));
  },
});
const counted = defineDocumentFormat({
  mediaType: 'text/plain',
  extension: 'txt',
  async *write(records, _, { name }) {
    let count = 0;
    for await (const record of records) {
      count++;
      yield `${Object.keys(record).join(',')}\n`;
    }
    yield Buffer.from(`${count} of ${name}\n`);
  },
});
const own = { ...formats, markdown, counted };

async function listOf<T>(elements: AsyncIterable<T>): Promise<T[]> {
  const list: T[] = [];
  for await (const element of elements) list.push(element);
  return list;
}

async function textOf(...[from, request, settings]: Parameters<typeof exportItems<typeof own>>): Promise<string> {
  const { bytes } = await exportItems(from, request, { formats: own, ...settings });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return Buffer.concat(chunks).toString();
}

describe('a table format of rows of cells', () => {
  it('gets every cell in the order of the columns, and null where there is none', async () => {
    expect(await textOf(items, 'format=markdown')).toBe(
      [
        '| id | name | price/amount | price/at | tags/0 | tags/1 | wide |',
        '| --- | --- | --- | --- | --- | --- | --- |',
        '| 1 | Oak \\| table | 10.5 | 2026-01-31T00:00:00.000Z | a | b |  |',
        '| 2 | Ash<br>chair |  |  |  |  |  |',
        '| 3 | Elm 🪑 "x" |  |  |  |  | true |',
        '',
      ].join('\n'),
    );
  });

  it.each([
    ['format=markdown&fields=name,id', { defaults: { columns: ['id', 'name'] } }],
    ['format=markdown&fields=id,name', {}],
    [{ format: 'markdown', fields: ['id', 'name'] } as const, { spoolBudget: 1 }],
  ])('under found and given columns: %j', async (request, settings) => {
    expect((await textOf(items, request, settings)).split('\n').slice(0, 3)).toEqual([
      '| id | name |',
      '| --- | --- |',
      '| 1 | Oak \\| table |',
    ]);
  });

  it('has parameters of its own, which are checked like others', async () => {
    const [, rule] = (await textOf(items, 'format=markdown&rule=:--&fields=id')).split('\n');
    expect(rule).toBe('| :-- |');
    expect(await textOf(items, { format: 'markdown', bare: true, fields: 'id' })).toBe('| id |\n| 1 |\n| 2 |\n| 3 |\n');
    expect(await textOf(items, 'format=markdown&fields=id', { defaults: { bare: true } })).toMatch(/^\| id \|\n\| 1/);
    await expect(textOf(items, 'bare=1', { strict: true })).rejects.toThrow('bare: got "1"');
    await expect(textOf(items, { format: 'markdown', rule: 5 as unknown as string })).rejects.toThrow(
      'rule: got "5", expected text',
    );
    await expect(exportItems(items, 'format=markdown')).rejects.toThrow(
      `format: got "markdown", expected one of ${formatNames.join(', ')}`,
    );
  });

  it('behaves like other tables: without columns, with a byte order mark, with many rows', async () => {
    await expect(textOf([], 'format=markdown')).rejects.toThrow('no column');
    expect(await textOf([{ a: 1 }], 'format=markdown&bom=1')).toMatch(/^\ufeff\| a \|/);
    const many = Array.from({ length: 50_000 }, (_, n) => ({ n, text: `é${n}` }));
    const lines = (await textOf(many, 'format=markdown')).split('\n');
    expect([lines.length, lines[2], lines[50_001]]).toEqual([50_003, '| 0 | é0 |', '| 49999 | é49999 |']);
  });

  it('closes its source when it is ended early', async () => {
    let left = 0;
    const source = { ...itemsSource(items), close: () => void left++ };
    const { bytes } = await exportItems(source, 'format=markdown', { formats: own });
    await bytes.next();
    await bytes.return?.();
    expect(left).toBe(1);
  });
});

it('a document format gets records, and the facts of the dataset', async () => {
  const settings = { facts: { name: 'furniture' } };
  expect(await textOf(items, 'format=counted&omit=tags,price', settings)).toBe(
    'id,name\nid,name\nid,name,wide\n3 of furniture\n',
  );
  expect(await textOf(items, 'format=counted&fields=name,wide', settings)).toBe('name\nname\nname,wide\n3 of furniture\n');
});

it('the handler: a format with its media type, file name and parameters', async () => {
  const handler = itemsHandler(() => ({ source: itemsSource(items), name: 'furniture' }), {
    formats: own,
    defaults: { rule: '-' },
  });
  const response = await handler(new Request('http://localhost/?format=markdown&fields=id&attachment=1'));
  expect(response.headers.get('content-type')).toBe('text/markdown; charset=utf-8');
  expect(response.headers.get('content-disposition')).toBe('attachment; filename="dataset_furniture.md"');
  expect(await response.text()).toBe('| id |\n| - |\n| 1 |\n| 2 |\n| 3 |\n');
  expect((await handler(new Request('http://localhost/?format=pdf'))).status).toBe(400);
});

describe('map, filter and cell', () => {
  it('map turns a record into another record or none, after the query', async () => {
    const map = (record: Record<string, unknown>) =>
      record.tags === 'b' ? undefined : { ...record, at: new Date(0), more: record.tags };
    expect(await textOf(items, 'format=jsonl&unwind=tags&fields=id,tags', { map })).toBe(
      ['{"id":1,"tags":"a","at":"1970-01-01T00:00:00.000Z","more":"a"}', '{"id":3,"at":"1970-01-01T00:00:00.000Z"}'].join('\n'),
    );
  });

  it.each(formatNames)('filter drops records of %s', async (format) => {
    const given = await textOf(items, `format=${format}`, { filter: ({ id }) => id === 2 });
    expect(given).toBe(await textOf(items.slice(1, 2), `format=${format}`));
  });

  it('results of map are converted like items', async () => {
    await expect(textOf(items, '', { map: ({ id }) => ({ id: BigInt(id as number) }) })).rejects.toThrow(
      'records: item 1: a BigInt in the field "id"',
    );
    expect(await textOf(items, 'format=jsonl&limit=1', { bigint: 'text', map: () => ({ id: 1n }) })).toBe('{"id":"1"}');
  });

  it('cell: a value and its column, only in tables', async () => {
    const cell = (value: string | number | boolean | null, column: string) =>
      column === 'price/at' && typeof value === 'string'
        ? new Date(value)
        : typeof value === 'number'
          ? value.toFixed(2).replace('.', ',')
          : value;
    expect(await textOf(items, 'format=csv&fields=price,id', { cell, defaults: { bom: false } })).toBe(
      '"price/amount","price/at","id"\r\n"10,50","2026-01-31T00:00:00.000Z","1,00"\r\n,,"2,00"\r\n,,"3,00"\r\n',
    );
    expect(await textOf(items, 'format=jsonl&fields=id', { cell })).toBe('{"id":1}\n{"id":2}\n{"id":3}');
  });

  it('labels and the order of columns', async () => {
    const settings = {
      columnOrder: ['wide', 'name', 'none'],
      columnLabels: { name: 'Name', 'price/amount': 'Price' },
      defaults: { bom: false },
    };
    const [header, first, , third] = (await textOf(items, 'format=csv&omit=tags', settings)).split('\r\n');
    expect([header, first, third]).toEqual([
      '"wide","Name","id","Price","price/at"',
      ',"Oak | table","1","10.5","2026-01-31T00:00:00.000Z"',
      '"true","Elm 🪑 ""x""","3",,',
    ]);
  });
});

it('the order of columns ignores dropped ones', async () => {
  const settings = { columnOrder: ['b', 'c'], defaults: { bom: false, maxColumns: 2 } };
  expect(await textOf([{ a: 1, b: 2, c: 3 }], 'format=csv', settings)).toBe('"b","a"\r\n"2","1"\r\n');
});

describe('maxRecords', () => {
  const many = Array.from({ length: 5000 }, (_, id) => ({ id, parts: [{ n: 1 }, { n: 2 }] }));

  it.each([
    ['json', ''],
    ['csv', ''],
    ['csv', 'unwind=parts&'],
  ])('refuses before the first byte where the number is known: %s %s', async (format, query) => {
    let read = 0;
    const exporting = exportItems(many, `${query}format=${format}`, {
      maxRecords: 4999,
      onItems: (count) => {
        read += count;
      },
    });
    await expect(exporting).rejects.toThrow(TooManyRecordsError);
    expect(read > 0).toBe(query !== '');
  });

  it('fails while reading otherwise, or ends as a complete export and reports it', async () => {
    const { bytes, report } = await exportItems(many, 'unwind=parts&format=jsonl', { maxRecords: 4999 });
    await expect(listOf(bytes)).rejects.toThrow('more than 4999 records');
    await expect(report).rejects.toThrow(TooManyRecordsError);
    const whole = await exportItems(many, 'unwind=parts&format=json', { maxRecords: 4999, beyondMaxRecords: 'end' });
    const chunks: Uint8Array[] = [];
    for await (const chunk of whole.bytes) chunks.push(chunk);
    expect(JSON.parse(Buffer.concat(chunks).toString())).toHaveLength(4999);
    expect(await whole.report).toMatchObject({ complete: true, ended: true, recordsWritten: 4999 });
  });

  it('exactly the allowed number is a complete export without a report', async () => {
    const { bytes, report } = await exportItems(many, 'unwind=parts&format=csv', { maxRecords: 10_000, beyondMaxRecords: 'end' });
    for await (const _ of bytes);
    expect(await report).not.toHaveProperty('ended');
  });

  it('over HTTP: a 400, or the response is cut off and logged', async () => {
    const logged: unknown[] = [];
    const handler = itemsHandler(() => ({ source: itemsSource(many) }), {
      maxRecords: 4999,
      log: ({ error }) => void logged.push(error),
    });
    const refused = await handler(new Request('http://localhost/?limit=0'));
    expect([refused.status, await refused.json()]).toEqual([
      400,
      { error: { type: 'too-many-records', message: expect.any(String) } },
    ]);
    expect((await handler(new Request('http://localhost/', { method: 'HEAD' }))).status).toBe(400);
    expect((await handler(new Request('http://localhost/?limit=3', { method: 'HEAD' }))).status).toBe(200);
    const cut = await handler(new Request('http://localhost/?unwind=parts'));
    await expect(cut.text()).rejects.toThrow(TooManyRecordsError);
    expect(logged).toEqual([expect.any(TooManyRecordsError)]);
    const reports: Report[] = [];
    const ending = itemsHandler(() => ({ source: itemsSource(many) }), {
      maxRecords: 3,
      beyondMaxRecords: 'end',
      onReport: (it) => void reports.push(it),
    });
    expect(await (await ending(new Request('http://localhost/'))).json()).toHaveLength(3);
    await expect.poll(() => reports).toEqual([expect.objectContaining({ ended: true })]);
  });
});

describe('recordsOf', () => {
  it('gives the records of a query with the same shaping as an export', async () => {
    const settings = { filter: ({ tags }: Record<string, unknown>) => tags !== 'a' };
    expect(await listOf(recordsOf(items, 'unwind=tags&fields=id,tags&offset=0', settings))).toEqual([
      { id: 1, tags: 'b' },
      { id: 3 },
    ]);
    expect(await listOf(recordsOf(items, { limit: 1, desc: true, fields: ['id'] }))).toEqual([{ id: 3 }]);
  });

  it('closes its source once: at the end, after an early end, and after a refusal', async () => {
    for (const [request, walk] of [
      ['', (records: AsyncIterable<unknown>) => listOf(records)],
      [
        '',
        async (records: AsyncIterable<unknown>) => {
          for await (const _ of records) break;
        },
      ],
      ['limit=x', (records: AsyncIterable<unknown>) => expect(listOf(records)).rejects.toThrow(InvalidParameterError)],
    ] as const) {
      let closed = 0;
      await walk(recordsOf({ ...itemsSource(items), close: () => void closed++ }, request));
      expect(closed).toBe(1);
    }
  });
});
