import { pipeline } from 'node:stream/promises';
import type { ParserOptions } from '@json2csv/plainjs';
import { flatColumns } from '../cases.js';
import { nestedFields } from '../nested-fields.js';
import { notes } from './notes.js';
import type { Output, Rival } from './rival.js';
import { inBatches, writeAll } from './write.js';

type Options = ParserOptions<object, object>;

export const json2csvStream: Rival = {
  name: 'json2csv-stream',
  package: '@json2csv/node',
  works: {
    'csv-columns': { run: ({ items }, output) => stream(items(), output, { fields: [...flatColumns] }) },
    csv: { note: notes.firstItem, run: ({ items }, output) => stream(items(), output, {}) },
    'csv-nested': { run: async ({ items }, output) => stream(items(), output, await unwound()) },
  },
};

/** It only writes whole arrays: it gets batches of a thousand where columns are given. */
export const json2csvPlain: Rival = {
  name: 'json2csv-plain',
  package: '@json2csv/plainjs',
  works: {
    'csv-columns': { run: ({ items }, output) => plain(items(), output, { fields: [...flatColumns] }) },
    csv: {
      note: notes.inMemory,
      run: async ({ items }, output) => {
        const { Parser } = await import('@json2csv/plainjs');
        await writeAll(output.stream(), [new Parser<object, object>().parse([...items()])]);
      },
    },
    'csv-nested': { run: async ({ items }, output) => plain(items(), output, await unwound()) },
  },
};

async function stream(items: Iterable<object>, output: Output, options: Options): Promise<void> {
  const { Transform } = await import('@json2csv/node');
  const transform = new Transform<object, object>(options, {}, { objectMode: true });
  await Promise.all([pipeline(transform, output.stream()), writeAll(transform, items)]);
}

async function plain(items: Iterable<object>, output: Output, options: Options): Promise<void> {
  const { Parser } = await import('@json2csv/plainjs');
  const first = new Parser(options);
  const others = new Parser({ ...options, header: false });
  const texts = function* (): Generator<string> {
    let parser = first;
    for (const batch of inBatches(items)) {
      yield `${parser.parse(batch)}\n`;
      parser = others;
    }
  };
  await writeAll(output.stream(), texts());
}

/** Its unwind puts the name of the unwound field before each field. */
const ofOffers = /^(sku|cost|available|seller|delivery)\b/;

async function unwound(): Promise<Options> {
  const { flatten, unwind } = await import('@json2csv/transforms');
  return {
    transforms: [unwind({ paths: ['offers'] }), flatten({ separator: '.' })],
    fields: nestedFields.map((name) => ({ label: name, value: ofOffers.test(name) ? `offers.${name}` : name })),
  };
}
