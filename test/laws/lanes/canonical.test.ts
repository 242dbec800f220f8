import { mkdtempSync, rmSync } from 'node:fs';
import { writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import fc from 'fast-check';
import { afterAll, expect, it } from 'vitest';
import { exportItems, itemsSource, type Source } from '../../../packages/cli/src/index.js';
import { randomOf } from '../../../packages/kernel/src/testing/random.js';
import { type LinesChunk, linesSource } from '../../../packages/sources/src/lines-file.js';
import type { Window } from '../../../packages/sources/src/window.js';
import { ordinary, randomCase } from './cases.js';
import { LONGEST } from './compare.js';
import { sourceOf } from './source.js';

const folder = mkdtempSync(join(tmpdir(), 'canonical-'));
afterAll(() => rmSync(folder, { recursive: true }));
const facts = { id: 'x', name: 'x', modifiedAt: undefined };

async function bytesOf(source: Source, query: Parameters<typeof exportItems>[1], byteLane = true): Promise<object> {
  const parsed: string[] = [];
  try {
    const settings = { byteLane, onParsed: (reason: string) => parsed.push(reason), reusesChunks: true };
    const { bytes, report } = await exportItems(source, query, settings);
    const chunks: Uint8Array[] = [];
    for await (const chunk of bytes) chunks.push(Buffer.from(chunk));
    const { skipped: _, ...rest } = await report;
    return { text: Buffer.concat(chunks).toString(), report: rest };
  } catch (error) {
    return { error: (error as Error).message };
  }
}

/** Consecutive lines with their number. Memory that is given back is overwritten. */
async function* countedLines(text: Buffer, lines: () => number): AsyncGenerator<LinesChunk> {
  for (let start = 0; start < text.length; ) {
    let [end, count] = [start, 0];
    for (const most = lines(); count < most && end < text.length; count++) {
      end = text.includes(LF, end) ? text.indexOf(LF, end) + 1 : text.length;
    }
    const bytes = Buffer.from(text.subarray(start, end));
    yield { bytes, lines: count, release: () => void bytes.fill(0) };
    start = end;
  }
}

const LF = 0x0a;

/** Queries that hand lines on unchanged, some of them in a window. */
const plain = ['', '&bom=1&finalNewline=1', '&offset=1&limit=2', '&limit=3', '&offset=2', '&desc=1&limit=2'].map(
  (rest) => `format=jsonl${rest}`,
);

it(
  'lines that an export wrote are read without a check as every other source of these items',
  async () => {
    let [compared, copies] = [0, 0];
    await fc.assert(
      fc.asyncProperty(fc.integer(), async (seed) => {
        const random = randomOf(seed);
        const laneCase = {
          ...randomCase(random, { ...ordinary, formats: ['jsonl', 'jsonl', 'json', 'csv'] }),
          skipMalformed: true,
        };
        const items: object[] = [];
        try {
          for await (const batch of sourceOf(laneCase).read()) items.push(...batch);
        } catch {
          // An array of JSON that ends early: its items up to there.
        }
        // Long enough to be handed out without a copy.
        if (random.once(16)) items.splice(random.below(items.length + 1), 0, { long: 'ä'.repeat(17_000) });
        const written = await bytesOf(itemsSource(items), 'format=jsonl', false);
        const text = 'text' in written ? String(written.text) : '';
        const path = join(folder, 'items.jsonl');
        await writeFile(path, text);
        const end = Buffer.byteLength(text);
        const locate = async (window: Window) => ({ start: 0, end, line: 1, window });
        const file = { path, facts, total: items.length, canonical: true, locate } as const;
        const canonical = linesSource(file, { chunkSize: laneCase.piece });
        const counted = linesSource({ ...file, chunks: () => countedLines(Buffer.from(text), () => 1 + random.below(4)) });
        for (const query of [laneCase.query, ...plain]) {
          const expected = await bytesOf(itemsSource(items, { facts }), query, false);
          expect(await bytesOf(canonical, query)).toEqual(expected);
          expect(await bytesOf(counted, query)).toEqual(expected);
          compared++;
        }
        copies += items.length;
      }),
    );
    expect(copies).toBeGreaterThan(compared / plain.length);
  },
  LONGEST,
);
