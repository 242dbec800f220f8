import { datasetOfFiles } from '@dataset-items/parts';
import { type ExportOptions, exportItems, fileSource, formats, parseRequest, type RequestInput, textSource } from 'dataset-items';
import { describe, expect, it } from 'vitest';
import { readRange } from '../../packages/exporter/src/ranges/read-range.js';
import { filesOf, inOneGo, inParts, scratch } from '../parts/split.js';

/**
 * 60,000 items of some 60 bytes. One of 2,003 has an escape in its only name, so it is parsed, and its row has fewer cells. Two rows of
 * 700,000 bytes are written in several pieces; a workbook has no room for their text.
 */
const texts = Array.from({ length: 60_000 }, (_, n) => {
  if (n % 2003 === 2002) return `{"\\u006e":${n}}`;
  const isLarge = n === 0 || n === 33_333;
  return `{"n":${n},"text":"${String(n % 10).repeat(isLarge ? 700_000 : n % 90)}"${isLarge ? ',"u":true' : ''}}`;
});
const parsedItems = texts.filter((text) => text.includes('\\')).length;
const text = `${texts.join('\n')}\n`;

/** @returns the bytes and the number of items that were parsed */
async function exported(path: string, request: RequestInput, settings: ExportOptions) {
  let parsed = 0;
  const onParsed = (): void => void parsed++;
  const { bytes } = await exportItems(await fileSource(path), request, { ...settings, onParsed, local: true });
  const chunks: Uint8Array[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return { content: Buffer.concat(chunks).toString('latin1'), parsed };
}

// Rows go into the temporary file, or to whoever reads a part, from the memory of the kernel, which writes the next rows there.
describe.each(['csv', 'html', 'xlsx'] as const)('%s: rows in the memory of the kernel are those of the object lane', (format) => {
  const request: RequestInput = format === 'xlsx' ? { format, compression: 1 } : { format };

  it.each([
    ['as they are', ''],
    ['with gaps for a late column', '{"a":1}\n'],
  ])('with any temporary file, %s', async (_, late) => {
    await scratch(async (folder) => {
      const [path = ''] = filesOf(folder, [text + late]);
      const { content } = await exported(path, request, { byteLane: false });
      for (const blocking of [true, false]) {
        for (const reusesChunks of [true, false]) {
          for (const spoolBudget of [0, 1_000_000]) {
            const given = await exported(path, request, { blocking, reusesChunks, spoolBudget });
            expect(given.content === content, JSON.stringify({ blocking, reusesChunks, spoolBudget })).toBe(true);
            expect(given.parsed).toBe(format === 'xlsx' ? parsedItems + 2 : parsedItems);
          }
        }
      }
    });
  });

  it('in parts and in threads', async () => {
    await scratch(async (folder) => {
      const paths = filesOf(folder, [text]);
      const told = await inOneGo(paths, {}, { request, settings: { byteLane: false } });
      for (const rangeBytes of [1_500_000, 100_000_000]) {
        const parts = await inParts(`${folder}/${rangeBytes}`, () => datasetOfFiles(paths), { request }, { rangeBytes });
        const threads = await inOneGo(paths, {}, { request, settings: { workers: 2, rangeBytes } });
        expect('text' in told && 'text' in parts && told.text === parts.text, String(rangeBytes)).toBe(true);
        expect('text' in told && 'text' in threads && told.text === threads.text, String(rangeBytes)).toBe(true);
      }
    });
  });
});

it.each(['csv', 'html'] as const)(
  '%s: the latest rows of a part that ends early are not overwritten by later exports',
  async (format) => {
    const rows = (letter: string) => {
      const items = Array.from({ length: 20_000 }, (_, n) => `{"n":${n},"text":"${letter.repeat(100)}"}`);
      return readRange(textSource({ texts: () => items }), parseRequest({ format }), formats[format], {});
    };
    const { bytes } = await rows('a');
    const reading = bytes[Symbol.asyncIterator]();
    let chunk: Uint8Array = new Uint8Array();
    for (let count = 0; count < 4; count++) chunk = (await reading.next()).value;
    expect(chunk.length).toBeGreaterThan(64 * 1024);
    const before = Buffer.from(chunk);
    await reading.return?.();
    for (let count = 0; count < 3; count++) for await (const _ of (await rows('b')).bytes);
    expect(Buffer.from(chunk).equals(before)).toBe(true);
  },
);

it('a part that is aborted while it is written ends with the reason', async () => {
  await scratch(async (folder) => {
    const [path = ''] = filesOf(folder, [text]);
    const stop = new AbortController();
    const { bytes } = await readRange(await fileSource(path), parseRequest({ format: 'csv' }), formats.csv, {
      signal: stop.signal,
    });
    const kept: { readonly chunk: Uint8Array; readonly copy: Buffer }[] = [];
    const reading = (async () => {
      for await (const chunk of bytes) {
        kept.splice(0, kept.length, { chunk, copy: Buffer.from(chunk) });
        // The facts of the rows come last, after all rows.
        if (chunk.length > 0 && !chunk.subarray(0, 200).includes(0x22)) {
          stop.abort(new Error('enough'));
          await new Promise((resolve) => setTimeout(resolve, 50));
          const [latest] = kept;
          expect(latest && Buffer.from(latest.chunk).equals(latest.copy)).toBe(true);
        }
      }
    })();
    await expect(reading).rejects.toThrow('enough');
  });
});
