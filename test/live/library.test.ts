import { constants, createGzip, type Gzip, gunzipSync } from 'node:zlib';
import { type DocumentFormat, writeItems } from '@dataset-items/serializers';
import {
  exportItems,
  formats,
  type Items,
  itemsHandler,
  itemsSource,
  joinSources,
  type RequestInput,
  type Source,
  streamSource,
} from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { fed, reader } from './fed.js';

/** Input to which a test adds the items `{"a":"one"}`, `{"a":"two"}` and so on. */
interface Input {
  readonly from: Source | Items;
  give(word: string): void;
  end(): void;
}

const facts = { id: 'x', name: 'x', modifiedAt: undefined };

interface More {
  readonly last?: string;
  readonly inputFormat?: 'csv';
  readonly itemsAt?: string;
}

function fromText(itemOf: (word: string) => string, first: string, { last = '', ...options }: More = {}): Input {
  const { stream, give, end } = fed();
  give(first);
  return { from: streamSource(stream, facts, options), give: (word) => give(itemOf(word)), end: () => end(last) };
}

function fromItems(wrap: (items: AsyncGenerator<object>) => Source | Items): Input {
  const { stream, give, end } = fed();
  const items = async function* (): AsyncGenerator<object> {
    for await (const chunk of stream.setEncoding('utf8')) for (const word of chunk.trim().split(' ')) yield { a: word };
  };
  return { from: wrap(items()), give: (word) => give(`${word} `), end };
}

const lineOf = (word: string): string => `{"a":"${word}"}\n`;

async function* oneByOne(items: AsyncIterable<object>): AsyncGenerator<object[]> {
  for await (const item of items) yield [item];
}

const inputs: Readonly<Record<string, () => Input>> = {
  'JSON Lines': () => fromText(lineOf, lineOf('zero')),
  'lines whose item is parsed': () => fromText((word) => `{"a":"${word}","a":"${word}"}\n`, lineOf('zero')),
  'a JSON array': () => fromText((word) => `,{"a":"${word}"}`, '[{"a":"zero"}', { last: ']' }),
  'values one after the other': () => fromText((word) => `{\n"a":"${word}"}\n`, '{\n"a":"zero"}'),
  'items inside a document on one line': () =>
    fromText((word) => `,{"a":"${word}"}`, '{"d":[{"a":"zero"}', { last: ']}', itemsAt: 'd' }),
  CSV: () => fromText((word) => `${word}\n`, 'a\nzero\n', { inputFormat: 'csv' }),
  'gzip that is flushed': () => {
    const gzip: Gzip = createGzip();
    const give = (text: string): void => {
      gzip.write(text);
      gzip.flush(constants.Z_SYNC_FLUSH);
    };
    give(lineOf('zero'));
    return {
      from: streamSource(gzip, facts),
      give: (word) => give(lineOf(word)),
      end: () => gzip.end(),
    };
  },
  'two streams joined': () => {
    const first = fed();
    first.give('{"a":"zero"}\n');
    first.end();
    const { stream, give, end } = fed();
    give(lineOf('more'));
    const from = joinSources(facts, [streamSource(first.stream, facts), streamSource(stream, facts)]);
    return { from, give: (word) => give(lineOf(word)), end: () => end() };
  },
  'a generator of items': () => fromItems((items) => items),
  'a source of such items': () => fromItems((items) => itemsSource(items)),
  'a source that gives batches': () =>
    fromItems((items) => ({ facts, total: async () => undefined, read: () => oneByOne(items) })),
};

const tables = { columns: ['a'] };
const outputs: readonly RequestInput[] = [
  { format: 'json' },
  { format: 'json', indent: 0 },
  { format: 'jsonl', finalNewline: true },
  { format: 'jsonl', unwind: ['none'], limit: 9 },
  { format: 'xml' },
  { format: 'rss' },
  { format: 'csv', ...tables },
  { format: 'html', ...tables },
  { format: 'html', ...tables, skipEmpty: true },
];

const lanes = [{}, { byteLane: false }, { filter: () => true }, { reusesChunks: true }];

async function isLive({ give, end }: Input, bytes: AsyncIterator<Uint8Array>, decode?: (all: Buffer) => string): Promise<string> {
  const output = reader(bytes, decode);
  for (const word of ['one', 'two']) {
    give(word);
    await output.until(word);
  }
  const before = output.text();
  end();
  const after = await output.toEnd();
  expect(after.startsWith(before)).toBe(true);
  return after;
}

describe('what can be written is written when the input pauses', () => {
  for (const [kind, open] of Object.entries(inputs)) {
    it(kind, async () => {
      // The waits are at the same time.
      const ways = outputs.flatMap((request) => lanes.map((settings) => ({ request, settings })));
      const all = ways.map(async ({ request, settings }) => {
        const input = open();
        const { bytes } = await exportItems(input.from, request, settings);
        return await isLive(input, bytes);
      });
      expect(await Promise.all(all)).toHaveLength(ways.length);
    });
  }

  it('a line of JSON Lines is complete at once when every line ends with a line feed', async () => {
    for (const byteLane of [true, false]) {
      const input = fromText(lineOf, '');
      const { bytes } = await exportItems(input.from, { format: 'jsonl', finalNewline: true }, { byteLane });
      input.give('one');
      expect(await reader(bytes).until('one')).toBe('{"a":"one"}\n');
      input.end();
      await bytes.return?.();
    }
  });

  it('the output begins with the first item, so that an earlier failure is one of the whole export', async () => {
    const items = async function* (): AsyncGenerator<object> {
      await new Promise((resolve) => setTimeout(resolve, 200));
      throw new Error('torn');
    };
    const { bytes } = await exportItems(items(), { format: 'json' });
    await expect(bytes.next()).rejects.toThrow('torn');
  });

  it('writeItems, which needs no Node', async () => {
    const { give, end, stream } = fed();
    const items = async function* () {
      for await (const chunk of stream.setEncoding('utf8')) yield { a: String(chunk) };
    };
    const json: DocumentFormat<Record<never, never>> = formats.jsonl;
    await isLive({ from: [], give, end }, writeItems(items(), json));
  });
});

describe('the same over HTTP', () => {
  const gunzipped = (all: Buffer): string => gunzipSync(all, { finishFlush: constants.Z_SYNC_FLUSH }).toString();
  it.each([
    { coding: 'identity', decode: String },
    { coding: 'gzip', decode: gunzipped },
  ])('with the coding $coding', async ({ coding, decode }) => {
    const input = inputs['a generator of items']?.() as Input;
    const handler = itemsHandler(() => ({ source: itemsSource(input.from as Items) }));
    input.give('zero');
    const request = new Request('http://localhost/?format=jsonl', { headers: { 'accept-encoding': coding } });
    const { status, body } = await handler(request);
    expect(status).toBe(200);
    await isLive(input, (body as ReadableStream<Uint8Array>)[Symbol.asyncIterator](), (all) => (all.length ? decode(all) : ''));
  });
});
