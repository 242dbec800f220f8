import type { Case } from './case.js';
import { unwoundQuery } from './nested-fields.js';

type Limits = readonly [must: number, hope: number];

/** What is done to JSON text without parsing it: each with flat items, nested ones, or both. */
const works: readonly (Pick<Case, 'name' | 'summary' | 'query' | 'holds'> & {
  readonly spelling?: 'python' | 'digits';
  readonly flat?: Limits;
  readonly nested?: Limits;
})[] = [
  {
    name: 'bytes-jsonl',
    summary: 'JSON Lines as they are',
    query: 'format=jsonl',
    holds: 'jsonl',
    flat: [0.35, 0.25],
    nested: [0.2, 0.15],
  },
  {
    name: 'bytes-pick',
    summary: 'JSON Lines, two fields',
    query: 'format=jsonl&fields=url,price',
    holds: 'jsonl',
    flat: [0.4, 0.3],
    nested: [0.22, 0.16],
  },
  {
    name: 'bytes-omit',
    summary: 'JSON Lines, one field left out',
    query: 'format=jsonl&omit=description',
    holds: 'jsonl',
    flat: [0.4, 0.3],
    nested: [0.22, 0.16],
  },
  {
    name: 'bytes-hidden',
    summary: 'JSON Lines, hidden fields left out',
    query: 'format=jsonl&skipHidden=1',
    holds: 'jsonl',
    flat: [0.4, 0.3],
    nested: [0.22, 0.16],
  },
  {
    name: 'bytes-json',
    summary: 'JSON, indented by 2',
    query: 'format=json',
    holds: 'json',
    flat: [0.45, 0.33],
    nested: [0.28, 0.2],
  },
  { name: 'bytes-csv', summary: 'CSV, columns found', query: 'format=csv', holds: 'csv', flat: [0.6, 0.45], nested: [0.4, 0.28] },
  {
    name: 'bytes-unwind',
    summary: 'CSV: unwind, flatten, 22 fields',
    query: `format=csv&${unwoundQuery}`,
    holds: 'csv',
    nested: [0.5, 0.35],
  },
  {
    name: 'bytes-html',
    summary: 'HTML table, columns found',
    query: 'format=html',
    holds: 'html',
    flat: [0.8, 0.6],
    nested: [0.5, 0.4],
  },
  { name: 'bytes-xml', summary: 'XML', query: 'format=xml', holds: 'xml', flat: [0.8, 0.6], nested: [0.5, 0.4] },
  { name: 'bytes-rss', summary: 'RSS', query: 'format=rss', holds: 'rss', flat: [0.8, 0.6], nested: [0.5, 0.4] },
  {
    name: 'bytes-xlsx',
    summary: 'workbook, deflate level 1',
    query: 'format=xlsx&compression=1',
    holds: 'xlsx',
    flat: [2.8, 2.3],
  },
  {
    name: 'bytes-digits',
    summary: 'CSV, columns found: numbers of 16 and 17 digits in three of ten fields',
    query: 'format=csv',
    holds: 'csv',
    spelling: 'digits',
    flat: [0.8, 0.6],
  },
  {
    name: 'bytes-python',
    summary: 'JSON Lines as Python spells them',
    query: 'format=jsonl',
    holds: 'jsonl',
    spelling: 'python',
    flat: [0.5, 0.38],
    nested: [0.4, 0.3],
  },
];

/** Cases of the byte lane. Their targets are for the command. */
export const byteCases: readonly Case[] = works.flatMap(({ spelling, flat, nested, name, summary, query, holds }) =>
  Object.entries({ flat, nested }).flatMap(([dataset, limits]): Case[] => {
    if (limits === undefined) return [];
    const [must, hope] = limits;
    return [
      {
        name: dataset === 'flat' || flat === undefined ? name : `${name}-nested`,
        summary: dataset === 'flat' ? summary : `${summary}, of products`,
        dataset: `${dataset as 'flat' | 'nested'}${spelling === undefined ? '' : `-${spelling}`}` as Case['dataset'],
        query,
        holds,
        target: { of: 'command', must, hope },
      },
    ];
  }),
);
