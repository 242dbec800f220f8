import { readFileSync } from 'node:fs';
import type { Item, Json } from 'dataset-items';

/** A row of the conformance table; key order of expected records counts. */
export interface Case {
  readonly id: string;
  readonly query: string;
  readonly why: string;
  readonly items?: readonly Item[];
  readonly itemsText?: string;
  readonly expected?: readonly Item[];
  readonly expectedText?: Readonly<Record<string, string>>;
  readonly expectedTable?: {
    readonly columns: readonly string[];
    readonly rows: readonly (readonly Json[])[];
    readonly htmlRows?: readonly (readonly Json[])[];
  };
  readonly expectedRss?: { readonly items: string };
  readonly error?: { readonly param: string };
}

export const fixtures = new URL('../fixtures/', import.meta.url);

export const cases: readonly Case[] = JSON.parse(readFileSync(new URL('cases.json', fixtures), 'utf8')).cases;

/** The stored items as JSON Lines, the way they would lie in a file. */
export function linesOf({ items = [], itemsText }: Case): string {
  return itemsText ?? items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

/** One way to run a case and what must come out: bytes for each format that the case speaks of. */
export interface Expectation {
  readonly format: string;
  /** The query with the format set. */
  readonly query: string;
  readonly text: string;
}

/** The outputs that a case demands, for the formats whose text is fixed to the byte. */
export function expectationsOf(row: Case): Expectation[] {
  const query = (format: string): string => `${row.query}${row.query === '' ? '' : '&'}format=${format}`;
  const texts = { ...recordTexts(row.expected), ...tableTexts(row), ...row.expectedText };
  return Object.entries(texts).map(([format, text]) => ({ format, query: query(format), text }));
}

function recordTexts(records: readonly Item[] | undefined): Record<string, string> {
  if (records === undefined) return {};
  return {
    json: `[${records.map((record) => JSON.stringify(record, null, 2)).join(',\n')}]`,
    jsonl: records.map((record) => `${JSON.stringify(record)}\n`).join(''),
  };
}

function tableTexts({ expectedTable }: Case): Record<string, string> {
  if (expectedTable === undefined) return {};
  const cell = (value: Json): string => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`);
  const lines = [expectedTable.columns, ...expectedTable.rows].map((cells) => `${cells.map(cell).join(',')}\r\n`);
  return { csv: `\ufeff${lines.join('')}` };
}
