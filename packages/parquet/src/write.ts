import { wholeNumber } from '@dataset-items/query-pipeline';
import { defineTableFormat } from '@dataset-items/serializers';
import { ByteWriter, ParquetWriter } from 'hyparquet-writer';
import { inGroups } from './columns.js';
import { keepRows } from './kept-rows.js';
import { typeFor } from './types.js';

const parameters = {
  rowGroupSize: wholeNumber('Largest number of rows in a row group; fewer if they are large', {
    least: 1,
    most: 1_000_000,
    defaultText: '50000',
    local: true,
  }),
} as const;

/**
 * The format Parquet, compressed with Snappy. Each column may contain nulls and has the narrowest type for all its values: BOOLEAN, INT32,
 * INT64 (integers that JavaScript represents exactly), DOUBLE, or else text. Example: `exportItems(items, { format: 'parquet' }, { formats:
 * { ...formats, parquet } })`. Rows wait in a temporary file until the types are known. Memory holds one row group of at most 2 MiB of cells.
 */
export const parquet = defineTableFormat({
  summary: 'a Parquet file',
  mediaType: 'application/vnd.apache.parquet',
  extension: 'parquet',
  binary: true,
  parameters,
  async *write({ columns, rows }, { rowGroupSize = 50_000 }) {
    const kept = await keepRows(rows, columns.length);
    try {
      const types = Array.from(kept.kinds, typeFor);
      const out = new ChunkWriter();
      const writer = new ParquetWriter({
        writer: out,
        createdBy: 'dataset-items',
        schema: [
          { name: 'root', num_children: columns.length },
          ...types.map(({ element }, at) => ({ ...element, name: columns[at] as string, repetition_type: 'OPTIONAL' as const })),
        ],
      });
      for await (const { rows: count, columnData } of inGroups(kept.read(), columns, types, rowGroupSize)) {
        await writer.write({ columnData, rowGroupSize: count });
        yield out.take();
      }
      await writer.finish();
      yield out.take();
    } finally {
      await kept.close();
    }
  },
});

/** A writer for the library that passes on its bytes in chunks. */
class ChunkWriter extends ByteWriter {
  take(): Uint8Array {
    const bytes = this.getBytes().slice();
    this.index = 0;
    return bytes;
  }
}
