import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { gzipSync } from 'node:zlib';
import { afterAll, describe, expect, it } from 'vitest';
import { exportItems } from '../../packages/exporter/src/index.js';
import { fileSource, type ReadOptions, type Source } from '../../packages/sources/src/index.js';

const folder = mkdtempSync(join(tmpdir(), 'blocking-'));
afterAll(() => rmSync(folder, { recursive: true }));

const items = Array.from({ length: 3000 }, (_, id) => ({ id, name: `näme ${id} "x"`, nested: { at: id % 7 }, list: [id, null] }));
const lines = items.map((item) => JSON.stringify(item));
const long = JSON.stringify({ id: -1, text: 'x'.repeat(700_000) });

/** Memory of a kernel is larger than that of any chunk. */
const KERNEL = 8 * 1024 * 1024;

/** The source, and how many of its pieces were read into the memory of a kernel. */
async function watched(path: string, options: ReadOptions): Promise<{ source: Source; counts: { placed: number } }> {
  const counts = { placed: 0 };
  const file = await fileSource(path, options);
  const json: NonNullable<Source['json']> = async (...call) => {
    const reading = await file.json?.(...call);
    if (reading === undefined || reading.framing === 'joined') return reading;
    const pieces = async function* () {
      for await (const piece of reading.pieces) {
        if (piece.bytes.buffer.byteLength > KERNEL) counts.placed++;
        yield piece;
      }
    };
    return { ...reading, pieces: pieces() };
  };
  return { source: { ...file, json }, counts };
}

async function exported(source: Source, query: string): Promise<string> {
  const { bytes } = await exportItems(source, query, {
    reusesChunks: true,
    withoutColumns: 'write',
    blocking: true,
    spoolBudget: 0,
  });
  const chunks: Buffer[] = [];
  for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
  return Buffer.concat(chunks).toString('latin1');
}

const whole = `${lines.join('\n')}\n`;
const longer = JSON.stringify({ id: -2, text: 'y'.repeat(3_000_000) });
/** So many values that the kernel needs more memory while it reads them. */
const wide = JSON.stringify({ id: -3, list: Array.from({ length: 400_000 }, () => 0) });
const files = [
  {
    name: 'an item that is parsed after one of many values',
    file: 'wide.jsonl',
    content: [...lines, wide, '{"i\\u0064":-4}', ...lines].join('\n'),
    placed: true,
    asTable: false,
  },
  { name: 'many lines', file: 'many.jsonl', content: whole.repeat(16), placed: true },
  {
    name: 'a line longer than the memory for a text',
    file: 'longer.jsonl',
    content: [...lines, longer, ...lines].join('\n'),
    placed: true,
  },
  { name: 'lines', file: 'a.jsonl', content: whole, placed: true },
  {
    name: 'lines after a byte order mark, without an end',
    file: 'b.jsonl',
    content: `\ufeff${lines.join('\r\n')}`,
    placed: true,
  },
  {
    name: 'lines longer than a chunk',
    file: 'c.jsonl',
    content: [lines[0], long, lines[1], long, ...lines].join('\n'),
    placed: true,
  },
  { name: 'lines that are parsed', file: 'd.jsonl', content: whole.replaceAll('"id":1', '"i\\u0064":1'), placed: true },
  { name: 'compressed lines', file: 'e.jsonl.gz', content: gzipSync(whole), placed: false },
  { name: 'an array', file: 'f.json', content: `[${lines.join(',\n')}]`, placed: false },
  { name: 'a CSV', file: 'g.csv', content: `id,name\n${items.map(({ id }) => `${id},x`).join('\n')}\n`, placed: false },
  { name: 'nothing', file: 'h.jsonl', content: '', placed: false },
];
const queries = [
  'format=jsonl',
  'format=jsonl&offset=100&limit=1500',
  'format=json&fields=name,id',
  'format=csv',
  'format=csv&desc=1&limit=50',
  'format=html&unwind=list',
];

describe('blocking reads give the bytes of other reads', () => {
  it.each(files)('$name', async ({ file, content, placed, asTable = true }) => {
    const path = join(folder, file);
    writeFileSync(path, content);
    for (const query of asTable ? queries : queries.filter((query) => query.includes('json'))) {
      const expected = await exported(await fileSource(path), query);
      for (const chunkSize of [undefined, 1_500_000, 300_000, 5000]) {
        const { source, counts } = await watched(path, { blocking: true, chunkSize });
        expect(await exported(source, query)).toBe(expected);
        if (query.includes('desc')) expect(counts.placed).toBe(0);
        else if (chunkSize === 5000) expect(counts.placed > 10).toBe(placed);
      }
    }
  });

  it('a file that cannot be read is told by its name', async () => {
    const path = join(folder, 'i.jsonl');
    writeFileSync(path, whole);
    const { source } = await watched(path, { blocking: true });
    rmSync(path);
    await expect(exported(source, 'format=jsonl')).rejects.toThrow(/i\.jsonl.*cannot be read/);
  });

  it('other work has its turn, also where all items are skipped', async () => {
    const path = join(folder, 'large.jsonl');
    writeFileSync(path, Buffer.alloc(96 * 1024 * 1024, '{"id":1234567}\n'));
    let turns = 0;
    let isDone = false;
    const turn = (): void => {
      turns++;
      if (!isDone) setImmediate(turn);
    };
    const source = await fileSource(path, { blocking: true });
    for (const read of [() => exported(source, 'format=jsonl&offset=100000000'), async () => source.count?.()]) {
      turns = 0;
      isDone = false;
      const reading = read();
      setImmediate(turn);
      await reading;
      isDone = true;
      expect(turns).toBeGreaterThan(2);
    }
  });
});
