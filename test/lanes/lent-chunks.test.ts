import { exportItems, textSource } from 'dataset-items';
import { expect, it } from 'vitest';

const exported = (letter: string, request: string) => {
  const texts = Array.from({ length: 20_000 }, (_, n) => `{"n":${n},"text":"${letter.repeat(100)}"}`);
  return exportItems(textSource({ texts: () => texts }), request, { reusesChunks: true });
};

// Whoever sends the latest chunk may still do so when a time-out ends the export.
it.each(['jsonl', 'jsonl&fields=text', 'json', 'xml', 'rss', 'csv', 'csv&fields=n,text', 'html', 'xlsx'])(
  '%s: the latest chunk of an export that ends early is not overwritten by later exports',
  async (format) => {
    const { bytes } = await exported('a', `format=${format}`);
    const read: { chunk: Uint8Array; copy: Buffer }[] = [];
    for (let count = 0; count < 4; count++) {
      const { value } = await bytes.next();
      const chunk: Uint8Array = value ?? new Uint8Array();
      read.push({ chunk, copy: Buffer.from(chunk) });
    }
    const { chunk, copy } = read.findLast((one) => one.chunk.length > 0) ?? { chunk: undefined, copy: undefined };
    expect(copy?.length).toBeGreaterThan(0);
    await bytes.return?.();
    for (let count = 0; count < 3; count++) for await (const _ of (await exported('b', `format=${format}`)).bytes);
    expect(chunk && Buffer.from(chunk).equals(copy)).toBe(true);
  },
);
