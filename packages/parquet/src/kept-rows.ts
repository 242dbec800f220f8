import type { Scalar } from '@dataset-items/query-pipeline';
import { openTemporaryFile, type TemporaryFile } from '@dataset-items/temporary-file';
import { type Kinds, noteKinds } from './types.js';

export type Row = readonly Scalar[];

/** Rows that wait until the types of all columns are known. */
export interface KeptRows {
  /** The kinds of value in each column. */
  readonly kinds: Kinds;
  /** The rows in batches, for one walk. */
  read(): AsyncIterable<readonly Row[]>;
  close(): Promise<void>;
}

/** Rows per batch. */
const BATCH = 256;
/** Bytes kept in memory before a temporary file is opened. */
const BUDGET = 4 * 1024 * 1024;

/** Reads all rows, because the type of a column is known only after its last value. */
export async function keepRows(rows: AsyncIterable<Row>, columns: number): Promise<KeptRows> {
  const kinds = new Uint8Array(columns);
  const inMemory: (Uint8Array | undefined)[] = [];
  const inFile: number[] = [];
  let size = 0;
  let file: TemporaryFile | undefined;
  const keep = async (batch: readonly Row[]): Promise<void> => {
    const bytes = Buffer.from(JSON.stringify(batch));
    size += bytes.length;
    if (size <= BUDGET) {
      inMemory.push(bytes);
      return;
    }
    file ??= await openTemporaryFile();
    await file.append(bytes);
    inFile.push(bytes.length);
  };
  const close = async (): Promise<void> => file?.close();
  try {
    let batch: Row[] = [];
    for await (const row of rows) {
      noteKinds(kinds, row);
      if (batch.push(row) < BATCH) continue;
      await keep(batch);
      batch = [];
    }
    if (batch.length > 0) await keep(batch);
  } catch (error) {
    await close();
    throw error;
  }
  return {
    kinds,
    async *read() {
      for (const [at, bytes] of inMemory.entries()) {
        inMemory[at] = undefined;
        yield parse(bytes ?? new Uint8Array());
      }
      if (file !== undefined) yield* readFile(file, inFile);
    },
    close,
  };
}

async function* readFile(file: TemporaryFile, lengths: readonly number[]): AsyncGenerator<readonly Row[]> {
  let position = 0;
  for (const length of lengths) {
    const bytes = new Uint8Array(length);
    for (let done = 0; done < length; ) {
      const count = await file.read(bytes.subarray(done), position + done);
      if (count === 0) throw new Error('a temporary file is shorter than expected');
      done += count;
    }
    position += length;
    yield parse(bytes);
  }
}

function parse(bytes: Uint8Array): readonly Row[] {
  return JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString());
}
