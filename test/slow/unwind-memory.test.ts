import { createHash } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { runCommand } from '../command.js';

const MEGABYTE = 1e6;
const side = Array.from({ length: 2000 }, (_, index) => index);
const item = { id: 1, a: side.map((x) => ({ x })), b: side.map((y) => ({ y })) };
const records = side.length ** 2;

/** The expected lines, made without the code under test. */
const expected: Record<string, (x: number, y: number) => string> = {
  jsonl: (x, y) => `{"id":1,"x":${x},"y":${y}}\n`,
  csv: (x, y) => `"1","${x}","${y}"\r\n`,
};

describe('one item that unwinds into 4,000,000 records', () => {
  it.each(Object.keys(expected))('%s: every record, in under 200 MB', async (format) => {
    const hash = createHash('sha256').update(format === 'csv' ? '\ufeff"id","x","y"\r\n' : '');
    for (const x of side) hash.update(side.map((y) => (expected[format] as (x: number, y: number) => string)(x, y)).join(''));
    const args = ['export', '--unwind', 'a,b', '--format', format, '-'];
    const { status, outputHash, peakMemory, stderr } = await runCommand(args, { input: JSON.stringify(item), hash: true });
    expect([status, stderr]).toEqual([0, '']);
    expect(outputHash).toBe(hash.digest('hex'));
    expect(peakMemory).toBeLessThan(200 * MEGABYTE);
    process.stdout.write(`${format}: ${records} records, peak ${Math.round(peakMemory / MEGABYTE)} MB\n`);
  });
});
