import { Readable } from 'node:stream';
import { exportItems, MalformedInputError, streamSource } from 'dataset-items';
import { expect, it } from 'vitest';

/** One piece of more bytes than the kernel takes at once: 12 MB. */
const line = `{"text":"${'x'.repeat(1000)}"}\n`;
const large = line.repeat(12_000);

function exported(text: string, query: string, onParsed: (reason: string) => void = () => {}) {
  const source = streamSource(Readable.from([Buffer.from(text)]), { id: 'x', name: 'x', modifiedAt: undefined });
  return exportItems(source, query, { onParsed });
}

it('a large piece of lines is cut, so that its items need not be parsed', async () => {
  const parsed: string[] = [];
  const { bytes, report } = await exported(`${large}{"\\u0074ext":1.0}\n`, 'format=jsonl', (reason) => parsed.push(reason));
  let length = 0;
  for await (const chunk of bytes) length += chunk.length;
  expect(length).toBe(large.length + '{"text":1}'.length);
  expect(parsed).toEqual(['an escape in a name']);
  expect((await report).itemsRead).toBe(12_001);
});

it('a line of a large piece that is too long is parsed, and the lines around it are not', async () => {
  const parsed: string[] = [];
  const long = `{"text":"${'y'.repeat(10_000_000)}"}\n`;
  const { bytes } = await exported(`${line}${long}${line}`, 'format=jsonl', (reason) => parsed.push(reason));
  let length = 0;
  for await (const chunk of bytes) length += chunk.length;
  expect(length).toBe(2 * line.length + long.length - 1);
  expect(parsed).toEqual(['malformed']);
});

it('the line of a malformed item is counted over all pieces, blank lines and items that were parsed', async () => {
  const text = `\n${large}\r\n{"\\u0061":1.0}\n{"\\u0061":2.0}\n\n{"a":}\n`;
  for (const window of ['', '&offset=12001']) {
    const { bytes } = await exported(text, `format=jsonl${window}`);
    const read = async () => {
      for await (const _ of bytes);
    };
    await expect(read()).rejects.toMatchObject({ constructor: MalformedInputError, line: 12_006 });
  }
});
