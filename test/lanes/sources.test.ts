import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { get, type IncomingMessage } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { Readable } from 'node:stream';
import { brotliCompressSync, gzipSync } from 'node:zlib';
import { exportItems, fileSource, joinSources, openInputs, type Source, streamSource, textSource } from 'dataset-items';
import { afterAll, describe, expect, it, onTestFinished } from 'vitest';
import { openDatasetStore } from '../../packages/emulator/src/storage/testing/stores.js';
import { serve } from '../../packages/http/src/testing/serve.js';

const folder = mkdtempSync(join(tmpdir(), 'lanes-'));
afterAll(() => rmSync(folder, { recursive: true }));
const facts = { id: 'x', name: 'x', modifiedAt: undefined };

/** Every third item has a name that only the object path can read, which shows that the byte lane was there. */
const texts = Array.from({ length: 90 }, (_, n) => `{"n":${n},"text":"é ${n}","${n % 3 === 0 ? '\\u006fne' : 'one'}":1.0}`);
const lines = `${texts.join('\n')}\n`;
const array = `[\n${texts.join(',\n')}\n]`;

function stored(name: string, content: string | Uint8Array): string {
  const path = join(folder, name);
  writeFileSync(path, content);
  return path;
}

/** A response to a request, of which the body is read once. */
async function body(content: Uint8Array): Promise<IncomingMessage> {
  const address = await serve((_, response) => void response.end(content));
  return new Promise<IncomingMessage>((resolve, reject) => {
    get(address, { agent: false }, resolve).on('error', reject);
  });
}

async function dataset(directory?: string): Promise<Source> {
  const store = await openDatasetStore(directory, { fsync: 'never' });
  onTestFinished(() => store.close());
  const made = await store.create({ name: 'items' });
  await made.push(texts.map((text) => JSON.parse(text)));
  return made.source();
}

interface Way {
  readonly name: string;
  open(): Source | Promise<Source>;
  /** Items are stored as `JSON.stringify` prints them. */
  readonly isCanonical?: boolean;
}

const ways: readonly Way[] = [
  { name: 'a file of lines', open: () => fileSource(stored('a.jsonl', lines)) },
  { name: 'a file of an array', open: () => fileSource(stored('a.json', array)) },
  { name: 'lines packed by gzip', open: () => fileSource(stored('a.jsonl.gz', gzipSync(lines))) },
  { name: 'an array packed by gzip', open: () => fileSource(stored('a.json.gz', gzipSync(array))) },
  { name: 'lines packed by brotli', open: () => fileSource(stored('a.jsonl.br', brotliCompressSync(lines))) },
  { name: 'an array packed by brotli', open: () => fileSource(stored('a.json.br', brotliCompressSync(array))) },
  {
    name: 'a directory of item files',
    open: () => {
      const directory = join(folder, 'items');
      mkdirSync(directory, { recursive: true });
      for (const [n, text] of texts.entries()) writeFileSync(join(directory, `${n + 1}.json`), text);
      return fileSource(directory);
    },
  },
  { name: 'a stream of an array', open: () => streamSource(Readable.from([Buffer.from(array)]), facts) },
  { name: 'the body of an HTTP response', open: async () => streamSource(await body(Buffer.from(array)), facts) },
  { name: 'such a body, packed', open: async () => streamSource(await body(gzipSync(lines)), facts) },
  { name: 'text of a database', open: () => textSource({ texts: () => texts }) },
  {
    name: 'files of both kinds, joined',
    open: () =>
      openInputs([stored('1.jsonl', lines.slice(0, lines.indexOf('{"n":40'))), stored('2.json', `[${texts.slice(40).join()}]`)]),
  },
  {
    name: 'a file and a stream, joined',
    open: async () =>
      joinSources(facts, [
        await fileSource(stored('3.jsonl', texts.slice(0, 30).join('\n'))),
        streamSource(Readable.from([Buffer.from(texts.slice(30).join('\n'))]), facts),
      ]),
  },
  { name: "the emulator's dataset in memory", open: () => dataset(), isCanonical: true },
  { name: "the emulator's dataset on disk", open: () => dataset(mkdtempSync(join(folder, 'store-'))), isCanonical: true },
];

describe.each(ways)('$name', ({ open, isCanonical = false }) => {
  it.each(['jsonl', 'json', 'csv', 'html'])('%s', async (format) => {
    for (const window of ['', '&offset=10&limit=45']) {
      const parsed: string[] = [];
      const source = await open();
      expect(source.json).toBeDefined();
      const byBytes = await exported(source, `format=${format}${window}`, { onParsed: (reason) => void parsed.push(reason) });
      const byObjects = await exported(await open(), `format=${format}${window}`, { byteLane: false });
      expect(byBytes).toEqual(byObjects);
      expect(parsed).toEqual(Array.from({ length: isCanonical ? 0 : window === '' ? 30 : 15 }, () => 'an escape in a name'));
    }
  });

  it('backwards, where it can be', async () => {
    const byBytes = await exported(await open(), 'format=jsonl&desc=1&limit=50', {});
    expect(byBytes).toEqual(await exported(await open(), 'format=jsonl&desc=1&limit=50', { byteLane: false }));
  });
});

it('what a source gives as bytes is not read as objects', async () => {
  const source = await dataset();
  const bytesAlone: Source = {
    ...source,
    read: () => {
      throw new Error('items were asked for');
    },
  };
  expect(await exported(bytesAlone, 'format=csv&unwind=list&fields=n,text', {})).toEqual(
    await exported(source, 'format=csv&unwind=list&fields=n,text', { byteLane: false }),
  );
});

describe.each(['jsonl', 'csv'])('the same is refused, at the same place: %s', (format) => {
  it.each([
    ['a separator of texts in JSON Lines', '{"n":1}\n\x1e{"n":2}\n'],
    ['a control character before an item', '{"n":1}\n \v{"n":2}\n'],
    ['a line with only a control character', '{"n":1}\n\0\n{"n":2}\n'],
    ['one after an item', '{"n":1}\n{"n":2}\f\n'],
    ['a space that JSON does not have', '{"n":1}\n\u00a0{"n":2}\n'],
  ])('%s', async (_, text) => {
    const request = `format=${format}`;
    const failures = [];
    for (const settings of [{}, { byteLane: false }]) {
      failures.push(await exported(await fileSource(stored('refused.jsonl', text)), request, settings).catch(String));
    }
    expect(failures[0]).toMatch(/line 2, byte \d+: not valid JSON/);
    expect(failures[0]).toBe(failures[1]);
  });
});

type Settings = NonNullable<Parameters<typeof exportItems>[2]>;

async function exported(source: Source, request: string, settings: Settings) {
  const { bytes, report } = await exportItems(source, request, settings);
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(chunk);
  return { text: Buffer.concat(chunks).toString(), report: await report };
}
