import { describe, expect, it } from 'vitest';
import { memoryChart, speedChart } from '../../benchmarks/chart.js';
import { figuresTable } from '../../benchmarks/readme.js';
import type { Result } from '../../benchmarks/result.js';
import { tableOf, targetLines } from '../../benchmarks/table.js';
import { readXml, textOf } from '../readers/xml.js';

const machine = { processor: 'A processor', cores: 2, gigabytes: 8, platform: 'linux x64', node: 'v20.0.0' };

function figures(floors: number) {
  return {
    seconds: floors / 2,
    floors,
    spread: [floors, floors],
    cpuFloors: floors,
    itemsPerSecond: 1000,
    megabytesPerSecond: 10,
    peakMegabytes: 70,
  } as const;
}

const result: Result = {
  case: 'csv',
  summary: 'CSV, columns found',
  query: 'format=csv',
  dataset: 'flat',
  items: 200_000,
  megabytes: 57.1,
  runs: 5,
  machine,
  target: { must: 2.2, hope: 1.8, beside: { 'fast-csv': 1.8, duckdb: 1, absent: 9 } },
  contestants: [
    { name: 'floor', ...figures(1) },
    { name: 'library', ours: true, ...figures(2) },
    { name: 'command', ours: true, ...figures(2.5) },
    { name: 'fast-csv', version: '5.0.8', ...figures(4.27) },
    { name: 'duckdb', ...figures(1.9) },
    { name: 'other', failed: 'differs: column "a<b & c" is missing' },
  ],
};

it('a printed table has each figure, each failure, and the state of each target', () => {
  const lines = tableOf(result).split('\n');
  expect(lines.find((line) => line.includes('fast-csv 5.0.8'))).toMatch(/4\.27 +4\.27 +2\.13 +1,000 +10 +70/);
  expect(lines.find((line) => line.includes('other'))).toContain('differs: column');
  expect(targetLines(result)).toEqual([
    'library 2.00 x floor: must 2.2, hope 1.8: reached',
    '2.13 x as fast as fast-csv: at least 1.8: reached',
    '0.95 x as fast as duckdb: at least 1: missed',
  ]);
});

it('a target above another contestant counts the difference', () => {
  const target = { must: 0.2, hope: 0.05, above: 'duckdb' };
  expect(targetLines({ ...result, target })).toEqual(['library 0.10 x floor above duckdb: must 0.2, hope 0.05: reached']);
});

describe('charts', () => {
  it('a case: well formed, one bar per figure, the fastest first, with failures', () => {
    const svg = readXml(speedChart(result));
    const texts = svg.children.flatMap((child) => (typeof child === 'string' ? [] : [textOf(child)]));
    expect(texts.slice(-12).filter((text) => text !== '')).toEqual([
      ...['1.90 x, 70 MB', 'library', '2.00 x, 70 MB', 'command', '2.50 x, 70 MB', 'fast-csv', '4.27 x, 70 MB', 'other'],
      'no figure: differs: column "a<b & c" is missing',
    ]);
    expect(svg.children.filter((child) => typeof child !== 'string' && child.name === 'rect')).toHaveLength(5);
  });

  it('memory: one bar per case and size', () => {
    const cases = [{ case: 'csv', summary: '', peakMegabytes: [70, 72.4] }];
    expect(textOf(readXml(memoryChart({ machine, runs: 1, sizes: [1000, 2000], cases })))).toContain('csv, 2,00072 MB');
  });
});

it('the table in README: the command, the library, and rivals with the same cells', () => {
  expect(figuresTable([result]).split('\n')).toEqual([
    '| work | command | peak MB | library | peak MB | others, the fastest first |',
    '|---|--:|--:|--:|--:|---|',
    '| CSV, columns found | 2.50 | 70 | 2.00 | 70 | duckdb 1.90, fast-csv 4.27 |',
    '',
    'flat: 200,000 items, median of 5 interleaved runs, A processor, 2 cores, linux x64, Node v20.0.0.  ',
    '',
  ]);
});
