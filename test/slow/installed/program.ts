import { parquet, parquetSource } from '@dataset-items/parquet';
import { compile, type Item, parseQuery } from '@dataset-items/query-pipeline';
import { csv } from '@dataset-items/serializers/csv';
import { writeItems } from '@dataset-items/serializers/write-items';
import { type Export, exportItems, formats, itemsHandler, itemsSource, toNodeHandler } from 'dataset-items';
import { createEmulator } from 'dataset-items/emulator';

const items: Item[] = [{ a: 1 }];
const made: Export = await exportItems(items, { format: 'csv', fields: ['a'] });
// @ts-expect-error there is no such format
await exportItems(items, { format: 'cvs' });
await exportItems(
  await parquetSource('a.parquet'),
  { format: 'parquet', rowGroupSize: 10 },
  { formats: { ...formats, parquet } },
);
const chunks: AsyncIterable<Uint8Array> = writeItems(items, csv, {
  query: parseQuery(new URLSearchParams()),
  options: { safe: true },
});
const records: Iterable<Item> = compile({ fields: ['a'] }).transform(items);
export const listener = toNodeHandler(itemsHandler(() => ({ source: itemsSource(items) })));
export { chunks, createEmulator, made, records };
