import { expect, it } from 'vitest';
import { rowsOfSheet } from './grid.js';
import { readLines } from './read-lines.js';
import { beginningOfMember } from './unzip.js';

const sheet = [
  '<?xml version="1.0"?><worksheet><sheetData>',
  '<row r="1"><c r="A1" s="1" t="inlineStr"><is><t>a &amp; b</t></is></c><c r="C1" t="inlineStr"><is><t xml:space="preserve"> c </t></is></c></row>',
  '<row r="2"><c r="A2"><v>1.5</v></c><c r="AB2" t="inlineStr"><is><t>line_x000D_&lt;b&gt;</t></is></c></row>',
  '<row r="3"><c r="A3"><v>2',
].join('');

it('rows of a sheet are those that are whole', () => {
  const [header, row, ...more] = rowsOfSheet(sheet);
  expect(header).toEqual(['a & b', '', ' c ']);
  expect([row?.[0], row?.[27], row?.length]).toEqual(['1.5', 'line\r<b>', 28]);
  expect(more).toEqual([]);
});

/** A member of a zip archive whose length is written behind it, as in a stream. */
async function member(name: string, text: string): Promise<number[]> {
  const packed = new Blob([text]).stream().pipeThrough(new CompressionStream('deflate-raw'));
  const head = new DataView(new ArrayBuffer(30));
  head.setUint32(0, 0x04034b50, true);
  head.setUint16(6, 8, true);
  head.setUint16(8, 8, true);
  head.setUint16(26, name.length, true);
  const end = new DataView(new ArrayBuffer(16));
  end.setUint32(0, 0x08074b50, true);
  const parts = [head.buffer, new TextEncoder().encode(name).buffer, await new Response(packed).arrayBuffer(), end.buffer];
  return parts.flatMap((part) => [...new Uint8Array(part)]);
}

it.each([
  ['all of it', 0],
  ['without its end', 40],
])('the beginning of a member of an archive: %s', async (_, missing) => {
  const text = Array.from({ length: 5000 }, (_, at) => `line ${at * 7919}`).join('\n');
  const archive = [...(await member('a.xml', 'first')), ...(await member('xl/worksheets/sheet1.xml', text))];
  const read = beginningOfMember(Uint8Array.from(archive.slice(0, archive.length - missing)), /sheet1\.xml$/);
  expect(text.startsWith(read ?? '?')).toBe(true);
  expect(read?.length).toBeGreaterThan(missing === 0 ? text.length - 1 : text.length / 2);
});

it('where no such member begins, there is nothing', async () => {
  for (const bytes of [[], [1, 2, 3], await member('other', 'x')]) {
    expect(beginningOfMember(Uint8Array.from(bytes), /sheet1/)).toBeUndefined();
  }
});

it('lines come whole, however the bytes come', async () => {
  const bytes = new TextEncoder().encode('{"a":"é"}\n\n{"b":2}\n{"c":3}');
  for (const size of [1, 3, 100]) {
    const stream = new ReadableStream<Uint8Array>({
      start(controller) {
        for (let at = 0; at < bytes.length; at += size) controller.enqueue(bytes.slice(at, at + size));
        controller.close();
      },
    });
    const lines: unknown[] = [];
    for await (const line of readLines(stream)) lines.push(line);
    expect(lines).toEqual([{ a: 'é' }, { b: 2 }, { c: 3 }]);
  }
});
