import type { Batch, Facts, Item } from '@dataset-items/query-pipeline';
import { compile } from '@dataset-items/query-pipeline';
import { describe, expect, it } from 'vitest';
import { replacementTally } from '../replacements.js';
import { tabulate } from '../table/tabulate.js';
import { type FormatName, type FormatOptions, formatNames, formats } from './index.js';

const facts: Facts = { id: 'd1', name: 'things', modifiedAt: new Date('2024-02-29T12:34:56Z') };
const byteOrderMark = [0xef, 0xbb, 0xbf];

const hostile: readonly Item[] = [
  { '': '', __proto__x: '</td></item>]]>&amp;"\'', constructor: 'x', a: '\u0000\u001b\r\n\t\u0085\ufdd0\ufffe\ud800' },
  JSON.parse('{"__proto__": {"toString": "own"}, "@": {"xmlns": "u", "a b": 1}, "#": "t", "2x:y": [[], [{}], null]}'),
  { long: 'é'.repeat(40_000), emoji: '😀'.repeat(20_000), number: -1.5e300, true: true, past: Number.POSITIVE_INFINITY },
  {},
];

describe.each(formatNames)('%s', (name) => {
  it('writes something for no records, and for one', async () => {
    const empty = await written(name, []);
    const one = await written(name, [[{ a: 1 }]]);
    expect(one.length).toBeGreaterThan(empty.length);
  });

  it('starts with a byte order mark if it is requested and possible', async () => {
    const plain = await written(name, [[{ a: 1 }]], { bom: false });
    const marked = await written(name, [[{ a: 1 }]], { bom: true });
    expect([...plain.subarray(0, 3)]).not.toEqual(byteOrderMark);
    expect(await written(name, [[{ a: 1 }]])).toEqual(name === 'csv' ? marked : plain);
    if (formats[name].binary) expect(marked).toEqual(plain);
    else expect(marked).toEqual(Buffer.concat([Buffer.from(byteOrderMark), plain]));
  });

  it('writes hostile records, the same bytes each time, whatever the batches', async () => {
    const whole = await written(name, [hostile]);
    expect(await written(name, [hostile])).toEqual(whole);
    expect(
      await written(
        name,
        hostile.map((record) => [record]),
      ),
    ).toEqual(whole);
    if (!formats[name].binary) expect(new TextDecoder('utf-8', { fatal: true }).decode(whole)).not.toBe('');
  });

  it('gives chunks long before the end, and closes its source if reading stops early', async () => {
    let closed = false;
    let given = 0;
    const endless = async function* (): AsyncGenerator<Batch> {
      try {
        for (;;) yield Array.from({ length: 100 }, () => ({ n: given++, text: `${Math.sin(given)}`.repeat(5) }));
      } finally {
        closed = true;
      }
    };
    const bytes = (await serialized(name, endless(), { columns: ['n', 'text'] }))[Symbol.asyncIterator]();
    for (let chunk = 0; chunk < 3; chunk++) expect((await bytes.next()).value?.length).toBeGreaterThan(0);
    await bytes.return?.();
    expect(closed).toBe(true);
  });

  it('passes on a failure of its source', async () => {
    const failing = async function* (): AsyncGenerator<Batch> {
      yield [{ a: 1 }];
      throw new Error('the source broke');
    };
    await expect(collect(await serialized(name, failing(), { columns: ['a'] }))).rejects.toThrow('the source broke');
  });
});

it('numbers that JSON does not have are null', async () => {
  const record: Item = { a: Number.POSITIVE_INFINITY, b: [Number.NaN, Number.NEGATIVE_INFINITY], c: 1 };
  expect((await written('jsonl', [[record]])).toString()).toBe('{"a":null,"b":[null,null],"c":1}');
});

async function written(name: FormatName, batches: readonly Batch[], options: FormatOptions = {}): Promise<Buffer> {
  return collect(await serialized(name, iterate(batches), {}, options));
}

async function serialized(
  name: FormatName,
  batches: AsyncIterable<Batch>,
  tableOptions: { columns?: readonly string[] },
  options: FormatOptions = {},
): Promise<AsyncIterable<Uint8Array>> {
  const replaced = replacementTally();
  const format = formats[name];
  const records = compile().records(batches);
  if (format.kind === 'document') return format.serializer(options, facts, replaced)(records);
  const writeCell = format.cellWriter(options, replaced);
  const table = await tabulate(records, writeCell, { ...tableOptions, withoutColumns: 'write' });
  return format.serializer(options, facts, replaced)(table);
}

async function* iterate(batches: readonly Batch[]): AsyncGenerator<Batch> {
  yield* batches;
}

async function collect(chunks: AsyncIterable<Uint8Array>): Promise<Buffer> {
  const collected: Uint8Array[] = [];
  for await (const chunk of chunks) collected.push(chunk);
  return Buffer.concat(collected);
}
