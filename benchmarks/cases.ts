import type { DatasetName } from './data.js';

/** One piece of work that everything is measured on. */
export interface Case {
  readonly name: string;
  readonly dataset: DatasetName;
  /** As the API takes it. */
  readonly query: string;
}

const flatColumns = 'id,url,title,price,currency,inStock,rating,category,description,updatedAt';

export const cases: readonly Case[] = [
  { name: 'csv', dataset: 'flat', query: 'format=csv' },
  { name: 'csv-columns', dataset: 'flat', query: `format=csv&columns=${flatColumns}` },
  { name: 'jsonl', dataset: 'flat', query: 'format=jsonl' },
  { name: 'jsonl-desc', dataset: 'flat', query: 'format=jsonl&desc=1' },
  { name: 'json', dataset: 'flat', query: 'format=json' },
  { name: 'csv-nested', dataset: 'nested', query: 'format=csv&unwind=offers&flatten=price,attributes,seller&clean=1' },
  { name: 'jsonl-nested', dataset: 'nested', query: 'format=jsonl&unwind=offers&fields=url,name,sku,price&clean=1' },
  { name: 'html', dataset: 'flat', query: 'format=html' },
  { name: 'xml', dataset: 'flat', query: 'format=xml' },
  { name: 'rss', dataset: 'flat', query: 'format=rss' },
  { name: 'xlsx', dataset: 'flat', query: 'format=xlsx' },
  { name: 'csv-wide', dataset: 'wide', query: 'format=csv' },
  { name: 'csv-sparse', dataset: 'sparse', query: 'format=csv' },
];
