import { createHash } from 'node:crypto';
import { expect, it } from 'vitest';
import { type DatasetName, dataLines, datasets } from '../../benchmarks/data.js';

/** Figures of different days are compared, so the items must not change unnoticed. */
const hashes: Record<DatasetName, string> = {
  flat: '42c4cd761f2e868a',
  nested: 'adfd9a485b6292eb',
  wide: '9d37af2c0b1d0c21',
  sparse: 'cbd0461f78729af2',
  'flat-digits': 'ccc337c026c5a3c6',
  'flat-python': '8f8ad5e7a89fd42b',
  'nested-python': '317ea34d2dfee072',
};

it.each(Object.keys(datasets) as DatasetName[])('%s items are the same on every machine', (name) => {
  const hash = createHash('sha256');
  for (const line of dataLines(name, 300)) hash.update(line);
  expect(hash.digest('hex').slice(0, 16)).toBe(hashes[name]);
});

it('a smaller data set has the first items of a larger one', () => {
  const few = [...dataLines('nested', 10)];
  expect([...dataLines('nested', 20)].slice(0, 10)).toEqual(few);
});

it('products have everything that makes an export hard, in about 1 kB', () => {
  const lines = [...dataLines('nested', 1000)];
  const text = lines.join('');
  expect(Buffer.byteLength(text) / lines.length).toBeGreaterThan(800);
  expect(Buffer.byteLength(text) / lines.length).toBeLessThan(1200);
  for (const part of ['"offers":[{', '"#debug":{', '\\"', '\\n', '木製', 'стол', 'null']) expect(text).toContain(part);
});
