import { readFileSync } from 'node:fs';
import type { Item, Json } from 'dataset-items';
import { readHtml } from '../readers/html.js';
import { readWorkbook } from '../readers/xlsx.js';
import { childrenOf, type Element, readXml } from '../readers/xml.js';

/** A row of the table of cases. The order of keys in expected records counts. */
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

/** The stored items as JSON Lines, as they would be in a file. */
export function linesOf({ items = [], itemsText }: Case): string {
  return itemsText ?? items.map((item) => `${JSON.stringify(item)}\n`).join('');
}

/** One way to run a case, and its expected output. */
export interface Expectation {
  readonly format: string;
  /** The query with the format set. */
  readonly query: string;
  readonly expected: unknown;
  /** The part of an output that the case describes. */
  read(output: Buffer): unknown;
}

/** The expectations of a case for each of its formats: bytes if the rules fix them, otherwise what software that is not ours reads. */
export function expectationsOf(row: Case): Expectation[] {
  const wanted: Readonly<Record<string, Pick<Expectation, 'expected' | 'read'> | undefined>> = {
    ...tables(row),
    ...rssItems(row),
    ...texts(recordTexts(row.expected)),
    ...texts({ ...tableTexts(row), ...row.expectedText }),
  };
  return Object.entries(wanted).flatMap(([format, expectation]) => {
    const query = `${row.query}${row.query === '' ? '' : '&'}format=${format}`;
    return expectation === undefined ? [] : [{ format, query, ...expectation }];
  });
}

type Wanted = Record<string, Pick<Expectation, 'expected' | 'read'>>;

function texts(byFormat: Readonly<Record<string, string>>): Wanted {
  const read = (output: Buffer): string => output.toString('utf8');
  return Object.fromEntries(Object.entries(byFormat).map(([format, expected]) => [format, { expected, read }]));
}

function recordTexts(records: readonly Item[] | undefined): Record<string, string> {
  if (records === undefined) return {};
  return {
    json: `[${records.map((record) => JSON.stringify(record, null, 2)).join(',\n')}]`,
    jsonl: records.map((record) => JSON.stringify(record)).join('\n'),
  };
}

function tableTexts({ expectedTable }: Case): Record<string, string> {
  if (expectedTable === undefined) return {};
  const cell = (value: Json): string => (value === null ? '' : `"${String(value).replaceAll('"', '""')}"`);
  const lines = [expectedTable.columns, ...expectedTable.rows].map((cells) => `${cells.map(cell).join(',')}\r\n`);
  return { csv: `\ufeff${lines.join('')}` };
}

function tables({ expectedTable }: Case): Wanted {
  if (expectedTable === undefined) return {};
  const { columns, rows, htmlRows = rows } = expectedTable;
  const text = (value: Json): string => (value === null ? '' : String(value));
  const cell = (value: Json): Json => (value === null || typeof value === 'number' ? value : String(value));
  return {
    html: {
      expected: { columns, rows: htmlRows.map((row) => row.map(text)) },
      read: (output) => {
        const { columns, rows } = readHtml(output.toString('utf8'));
        return { columns, rows };
      },
    },
    xlsx: {
      expected: [{ name: 'Data', rows: [columns, ...rows.map((row) => row.map(cell))] }],
      read: readWorkbook,
    },
  };
}

function rssItems({ expectedRss }: Case): Wanted {
  if (expectedRss === undefined) return {};
  const prefixes = ['dc', 'media'].map((prefix) => ` xmlns:${prefix}="urn:${prefix}"`).join('');
  const itemsOf = (element: Element): Element[] => childrenOf(element, 'item');
  return {
    rss: {
      expected: itemsOf(readXml(`<channel${prefixes}>${expectedRss.items}</channel>`)),
      read: (output) => childrenOf(readXml(output.toString('utf8')), 'channel').flatMap(itemsOf),
    },
  };
}
