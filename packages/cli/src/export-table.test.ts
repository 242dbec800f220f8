import type { ListedExport } from '@dataset-items/bullmq';
import { expect, it } from 'vitest';
import { exportTable, progressLine } from './export-table.js';
import { secondsOf } from './work-flags.js';

const at = (seconds: number): Date => new Date(Date.UTC(2026, 5, 1, 12, 0, seconds));

it('exports are a table, and each failure a line', () => {
  const running: ListedExport = {
    ...{ id: 'june-csv', dataset: 'june', state: 'reading', done: 3, of: 40, items: 1_234_567, bytes: 2e9 },
    askedAt: at(0),
  };
  const failed: ListedExport = {
    ...{ id: 'x', dataset: 'a\nb', state: 'failed', done: 0, of: 0, items: 0, bytes: 0, failure: 'june.jsonl: line 3' },
    ...{ askedAt: at(-4000), endedAt: at(0) },
  };
  expect(exportTable([running, failed], at(75))).toBe(
    `EXPORT    DATA SET  STATE    TASKS  ITEMS      WRITTEN    ASKED FOR         TOOK
june-csv  june      reading  3/40   1,234,567  2000.0 MB  2026-06-01 12:00  1 min 15 s
x         a\ufffdb       failed   -      0          0.0 MB     2026-06-01 10:53  1 h 6 min
  june.jsonl: line 3
`,
  );
  expect(progressLine('june-csv', running)).toBe('june-csv: reading, 3/40 tasks, 1,234,567 items, 2000.0 MB written');
  expect(exportTable([], at(0))).toBe('EXPORT  DATA SET  STATE  TASKS  ITEMS  WRITTEN  ASKED FOR  TOOK\n');
});

it.each([
  ['30s', 30],
  ['5m', 300],
  ['12h', 43_200],
  ['7d', 604_800],
  ['7', undefined],
  ['d', undefined],
])('a length of time: %s', (text, seconds) => {
  expect(secondsOf(text)).toBe(seconds);
});
