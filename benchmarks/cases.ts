import type { DatasetName } from './data.js';

/** One piece of work that everything is measured on. */
export interface Case {
  readonly name: string;
  readonly summary: string;
  readonly dataset: DatasetName;
  /** As the API takes it, and options of the library. */
  readonly query: string;
  /** What outputs are read as when their cells are compared. */
  readonly holds: 'jsonl' | 'json' | 'csv' | 'html' | 'xlsx' | 'xml' | 'rss';
  /** The case whose work this is, with other items. Default: its own. */
  readonly work?: string;
  readonly target?: Target;
}

/** Where the library is to stand. */
export interface Target {
  /** Multiples of the floor, of wall time; at most. */
  readonly must: number;
  readonly hope: number;
  /** The multiple of this contestant is taken off first. */
  readonly above?: string;
  /** By rival: how many times as fast the library must be, at least. */
  readonly beside?: Readonly<Record<string, number>>;
}

export const flatColumns: readonly string[] = 'id,url,title,price,currency,inStock,rating,category,description,updatedAt'.split(
  ',',
);

/** Of a record of `nested` whose offers are unwound and whose objects are flattened. */
export const nestedFields: readonly string[] = (
  'sku,cost,available,seller.name,seller.country,delivery.days,delivery.fee,url,name,brand,price.amount,price.currency,price.was,' +
  'attributes.color,attributes.material,attributes.size.width,attributes.size.height,attributes.size.depth,attributes.weight,' +
  'rating.average,rating.count,description'
).split(',');

const unwound = `unwind=offers&flatten=price,attributes,rating,seller,delivery&fields=${nestedFields.join(',')}`;

export const cases: readonly Case[] = [
  {
    name: 'jsonl',
    summary: 'JSON Lines, hidden and empty dropped, one field left out',
    dataset: 'flat',
    query: 'format=jsonl&clean=1&omit=category',
    holds: 'jsonl',
    target: { must: 2.2, hope: 2, beside: { readline: 1.6 } },
  },
  {
    name: 'jsonl-nested',
    summary: 'JSON Lines of products, hidden fields dropped, two left out',
    dataset: 'nested',
    query: 'format=jsonl&clean=1&omit=images,attributes.weight',
    holds: 'jsonl',
    target: { must: 2.2, hope: 2, beside: { readline: 1.6 } },
  },
  {
    name: 'jsonl-unwind',
    summary: 'JSON Lines of unwound offers, five fields',
    dataset: 'nested',
    query: 'format=jsonl&clean=1&unwind=offers&fields=sku,cost,seller,url,name',
    holds: 'jsonl',
    target: { must: 2.2, hope: 2, beside: { readline: 1.6 } },
  },
  {
    name: 'json',
    summary: 'JSON, indented by 2',
    dataset: 'flat',
    query: 'format=json',
    holds: 'json',
    target: { must: 2.6, hope: 2.2, beside: { 'parse-stringify': 1 } },
  },
  {
    name: 'csv-columns',
    summary: 'CSV, 10 columns given',
    dataset: 'flat',
    query: `format=csv&columns=${flatColumns.join(',')}`,
    holds: 'csv',
    target: { must: 1.6, hope: 1.45, beside: { 'fast-csv': 2.2, 'd3-dsv': 1.1, 'json2csv-plain': 1.1 } },
  },
  {
    name: 'csv',
    summary: 'CSV, 10 columns found',
    dataset: 'flat',
    query: 'format=csv',
    holds: 'csv',
    target: { must: 2.2, hope: 1.8, beside: { 'fast-csv': 1.8, 'json2csv-stream': 2.5 } },
  },
  {
    name: 'csv-nested',
    summary: 'CSV of products: unwind, flatten, 22 fields',
    dataset: 'nested',
    query: `format=csv&clean=1&${unwound}`,
    holds: 'csv',
    target: { must: 2.2, hope: 1.7, beside: { duckdb: 1, 'json2csv-stream': 3.5 } },
  },
  {
    name: 'csv-wide',
    summary: 'CSV, 500 columns found (a tenth of the items)',
    dataset: 'wide',
    query: 'format=csv',
    holds: 'csv',
    work: 'csv',
  },
  {
    name: 'csv-sparse',
    summary: 'CSV, 300 columns found, 6 in each item',
    dataset: 'sparse',
    query: 'format=csv',
    holds: 'csv',
    work: 'csv',
  },
  {
    name: 'xml',
    summary: 'XML',
    dataset: 'flat',
    query: 'format=xml',
    holds: 'xml',
    target: { must: 2.2, hope: 1.8, beside: { 'fast-xml-parser': 2.5, xmlbuilder2: 7 } },
  },
  {
    name: 'html',
    summary: 'HTML table, columns found',
    dataset: 'flat',
    query: 'format=html',
    holds: 'html',
    target: { must: 3, hope: 2.3 },
  },
  {
    name: 'rss',
    summary: 'RSS, six elements an item',
    dataset: 'flat',
    query:
      'format=rss&fields=title,url,id,updatedAt,description,category&outputFields=title,link,guid,pubDate,description,category',
    holds: 'rss',
    target: { must: 1.8, hope: 1.55, beside: { feed: 2 } },
  },
  {
    name: 'xlsx-1',
    summary: 'XLSX, columns found, compression level 1',
    dataset: 'flat',
    query: 'format=xlsx&compression=1',
    holds: 'xlsx',
    target: { must: 5.8, hope: 4.8, beside: { exceljs: 1.9 } },
  },
  {
    name: 'xlsx-6',
    summary: 'XLSX, columns found, compression level 6',
    dataset: 'flat',
    query: 'format=xlsx&compression=6',
    holds: 'xlsx',
    target: { must: 9.3, hope: 8.3, beside: { exceljs: 1.5 } },
  },
  {
    name: 'jsonl-desc',
    summary: 'JSON Lines, a file from its end',
    dataset: 'flat',
    query: 'format=jsonl&desc=1',
    holds: 'jsonl',
    target: { must: 0.2, hope: 0.05, above: 'ascending' },
  },
];
