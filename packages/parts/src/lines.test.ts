import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { MalformedInputError } from '@dataset-items/query-pipeline';
import { rangedLines } from '@dataset-items/sources';
import { afterAll, describe, expect, it } from 'vitest';
import { type DatasetOfFiles, directoryStore, joinExport, nextStage, planExport, runTask } from './index.js';

const folder = mkdtempSync(join(tmpdir(), 'parts-lines-'));
afterAll(() => rmSync(folder, { recursive: true }));
let number = 0;

/** A data set of texts, which counts the bytes that are read. */
async function watched(texts: readonly string[], { skipMalformed = false, names = ['0', '1'] }: Given) {
  const counts = { bytes: 0 };
  const inputs = texts.map((text, index) => ({
    ...{ name: `${names[index]}.jsonl`, version: '1', size: Buffer.byteLength(text) },
    read: async function* (from: number, to: number) {
      counts.bytes += to - from;
      yield Buffer.from(text).subarray(from, to);
    },
  }));
  const dataset: DatasetOfFiles = { by: 'bytes', ...(await rangedLines(inputs, skipMalformed ? { skipMalformed } : {})) };
  return { open: async () => dataset, counts };
}

interface Given {
  readonly skipMalformed?: boolean;
  readonly names?: readonly string[];
  readonly rangeBytes?: number;
}

async function exported(texts: readonly string[], query: string, { rangeBytes = 40, ...given }: Given = {}) {
  const { open, counts } = await watched(texts, given);
  const plan = await planExport(await open(), query, { id: 'x', dataset: 'x', rangeBytes });
  const store = directoryStore(join(folder, String(number++)));
  counts.bytes = 0;
  for (let stage = await nextStage(plan, store); 'tasks' in stage; stage = await nextStage(plan, store)) {
    for (const task of stage.tasks) await runTask(plan, task, { store, open });
  }
  const { report } = await joinExport(plan, store);
  return { ranges: plan.ranges.length, bytes: counts.bytes, report };
}

const places = (first: readonly { readonly source: string; readonly line: number }[]) =>
  first.map(({ source, line }) => `${source}:${line}`);

/** Blank lines, one changed number in the first file and many in the second, and malformed lines. */
const texts = [
  `${'{"id":1}\n\n'.repeat(20)}{"id":12345678901234567890}\n{"id":\n${'{"id":2}\n'.repeat(9)}`,
  `\ufeff${'{"id":12345678901234567890}\n'.repeat(30)}{"id":\n`,
];

describe('lines of examples in parts', () => {
  it.each(['jsonl', 'csv'])('%s: are those of the file, and nothing is read for them', async (format) => {
    const { ranges, bytes, report } = await exported(texts, `format=${format}`, { skipMalformed: true });
    expect(ranges).toBeGreaterThan(20);
    expect(places(report.changedNumbers.first)).toEqual(['0.jsonl:41', '1.jsonl:1', '1.jsonl:2', '1.jsonl:3', '1.jsonl:4']);
    expect(places(report.skipped.first)).toEqual(['0.jsonl:42', '1.jsonl:31']);
    // But for the byte order mark.
    expect(bytes).toBe(texts.reduce((sum, text) => sum + Buffer.byteLength(text), -3));
  });

  it.each(['desc=1', 'offset=3', 'limit=70'])('%s: are those of the file', async (window) => {
    const { report } = await exported(texts, `format=jsonl&${window}`, { skipMalformed: true });
    const lines = window === 'desc=1' ? ['1.jsonl:31', '0.jsonl:42'] : ['0.jsonl:42', '1.jsonl:31'];
    expect(places(report.skipped.first)).toEqual(lines);
  });

  it('of a file that is given twice, and so is cut in two ways: are those of the file', async () => {
    const text = `${'{"a":1}\n'.repeat(24)}{"a": \n`;
    const { report } = await exported([text, text], 'format=jsonl', { skipMalformed: true, rangeBytes: 80, names: ['a', 'a'] });
    expect(places(report.skipped.first)).toEqual(['a.jsonl:25', 'a.jsonl:25']);
  });

  it('an error names the line in the file', async () => {
    const failed = exported(texts, 'format=jsonl');
    await expect(failed).rejects.toBeInstanceOf(MalformedInputError);
    await expect(failed).rejects.toMatchObject({ source: '0.jsonl', line: 42, byte: 228 });
  });
});
