import { readFileSync } from 'node:fs';
import { compile, foundColumns, parseQuery } from '@dataset-items/query-pipeline';
import { arrangedRows, ByteWriter, formats, replacementTally } from '@dataset-items/serializers';
import type { StoredTable } from './stored-table.js';

/** Finishes tables that another process has stored: for each, the csv and what is reported of its columns. */
const asked: readonly { readonly query: string; readonly stored: string; readonly limits: object }[] = JSON.parse(
  readFileSync(0, 'utf8'),
);
const facts = { id: 'x', name: 'x', modifiedAt: undefined };
const finished: { csv: string; columns: unknown }[] = [];
for (const { query, stored, limits } of asked) {
  const { learned, rows, size }: StoredTable = JSON.parse(stored);
  const columns = foundColumns(compile(parseQuery(new URLSearchParams(query))).layout, limits);
  columns.learn(learned);
  const { names } = columns.finish();
  const replaced = replacementTally();
  const writer = new ByteWriter();
  formats.csv.frame?.({}, facts, replaced).head(writer, names);
  const chunks: Uint8Array[] = [writer.take()];
  const all = Buffer.from(rows, 'base64');
  const inSevens = async function* (from: number, to: number) {
    for (const part = all.subarray(from, to), at = { byte: 0 }; at.byte < part.length; at.byte += 7)
      yield part.subarray(at.byte, at.byte + 7);
  };
  if (names.length > 0) {
    const writeCell = formats.csv.cellWriter({}, replaced);
    const mostStretches = finished.length % 4;
    for await (const given of arrangedRows({ size, bytes: inSevens }, { names, learned, writeCell, mostStretches }))
      chunks.push(given instanceof Uint8Array ? new Uint8Array(given) : all.subarray(given.from, given.to));
  }
  finished.push({ csv: Buffer.concat(chunks).toString(), columns: columns.report() });
}
process.stdout.write(JSON.stringify(finished));
