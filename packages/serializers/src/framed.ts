import { byteOrderMark, type Facts, type Records, wholeRecords } from '@dataset-items/query-pipeline';
import { ByteWriter } from './bytes.js';
import type { DocumentFrame, DocumentSerializer, TableFrame, TableSerializer, WriteRecord } from './format.js';
import type { ReplacementTally } from './replacements.js';
import { writeEach } from './write-each.js';

/** A document in one go: the parts of its frame put together. */
export function framedDocument(frame: DocumentFrame): DocumentSerializer {
  const { head, first = '', between = '', tail } = frame;
  return async function* (records) {
    const writer = new ByteWriter();
    let any = false;
    writer.text(await head());
    yield* writtenWith(frame, records, (batches, write) =>
      writeEach(batches, writer, (record) => {
        writer.text(any ? between : first);
        any = true;
        write(writer, record);
      }),
    );
    writer.text(tail(any));
    if (writer.length > 0) yield writer.take();
  };
}

/** Writes records of any kind. @param walk gets the batches and the function that writes one record */
function writtenWith<T>(
  { recordWriter, filteredWriter, valuesWriter }: DocumentFrame,
  records: Records,
  walk: <R>(batches: AsyncIterable<readonly R[]>, write: WriteRecord<R>) => T,
): T {
  if (records.kind === 'filtered' && filteredWriter !== undefined) return walk(records.batches, filteredWriter(records.drops));
  const ofValues = records.kind === 'listed' ? valuesWriter?.(records.names) : undefined;
  if (records.kind === 'listed' && ofValues !== undefined) return walk(records.batches, ofValues);
  return walk(wholeRecords(records), recordWriter());
}

/** Writes a text after each record. */
export function followed<R>(write: WriteRecord<R>, after: string): WriteRecord<R> {
  return (writer, record) => {
    write(writer, record);
    writer.text(after);
  };
}

/** The frame of a part: the text between records is also before the first, so that parts can follow each other. */
export function documentPart(frame: DocumentFrame): DocumentFrame {
  return { ...frame, head: () => '', first: frame.between ?? '', tail: () => '' };
}

/** Bytes of a chunk whose memory is used again. */
const REUSED_CHUNK = 256 * 1024;

/** A table in one go. */
export function framedTable({ head, tail }: TableFrame): TableSerializer {
  return async function* (table) {
    const writer = table.reusesChunks ? new ByteWriter(REUSED_CHUNK, true) : new ByteWriter();
    head(writer, table.columns);
    if (table.columns.length > 0) yield* table.write(writer);
    tail(writer, table.columns);
    if (writer.length > 0) yield writer.take();
  };
}

/** Its rows alone. */
export const tablePart: TableSerializer = framedTable({ head: () => {}, tail: () => {} });

type Frame<O, F> = (options: O, facts: Facts, replaced: ReplacementTally) => F;

/** For a format: its frame, and the serializer that follows from it. */
export function inDocumentFrame<O>(frame: Frame<O, DocumentFrame>) {
  return { frame, serializer: (...given: Parameters<typeof frame>) => framedDocument(frame(...given)) };
}

export function inTableFrame<O>(frame: Frame<O, TableFrame>) {
  return { frame, serializer: (...given: Parameters<typeof frame>) => framedTable(frame(...given)) };
}

/** The head of a document. @param bom whether it starts with a byte order mark */
export function markedHead(bom: boolean, text: string): string {
  return bom ? `${byteOrderMark}${text}` : text;
}
