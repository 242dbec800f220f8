import type { LearnedColumns } from '@dataset-items/query-pipeline';
import { packTable, type Table } from '@dataset-items/serializers';

/** A table before its columns were put in order, as text. */
export interface StoredTable {
  readonly learned: LearnedColumns;
  /** In base64. */
  readonly rows: string;
  /** `size` of `PackedRows`. */
  readonly size: number;
}

/** A format's serializer that writes the spool itself. */
export async function* writeStored(table: Table): AsyncGenerator<Uint8Array> {
  const chunks: Uint8Array[] = [];
  const packing = packTable(table);
  for await (const chunk of packing.chunks) chunks.push(new Uint8Array(chunk));
  const rows = Buffer.concat(chunks).toString('base64');
  const stored: StoredTable = { learned: table.learned(), rows, size: packing.size() };
  yield Buffer.from(JSON.stringify(stored));
}
