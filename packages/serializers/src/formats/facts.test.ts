import { expect, it } from 'vitest';
import { replacements } from '../replacements.js';
import { type FormatName, formats } from './index.js';

const rows: [name: FormatName, mediaType: string, extension: string][] = [
  ['json', 'application/json; charset=utf-8', 'json'],
  ['jsonl', 'application/jsonl; charset=utf-8', 'jsonl'],
  ['csv', 'text/csv; charset=utf-8', 'csv'],
  ['html', 'text/html; charset=utf-8', 'html'],
  ['xlsx', 'application/vnd.openxmlformats-officedocument.spreadsheetml.sheet', 'xlsx'],
  ['xml', 'application/xml; charset=utf-8', 'xml'],
  ['rss', 'application/rss+xml; charset=utf-8', 'rss'],
];

it.each(rows)('%s has the usual media type and extension', (name, mediaType, extension) => {
  expect([formats[name].mediaType, formats[name].extension]).toEqual([mediaType, extension]);
});

it.each(Object.entries(replacements))('%s is described', (_kind, words) => {
  expect(words).not.toBe('');
});
