import type { Facts, PlainError } from '@dataset-items/query-pipeline';
import type { KeptReplacements, RowRun, RunContent } from '@dataset-items/serializers';
import type { FilesRange, SourceFiles, Window } from '@dataset-items/sources';
import type { ExportOptions } from '../options.js';
import type { ReadSummary } from '../ranges/summary.js';
import type { ExportRequest } from '../request.js';

/** What a thread needs to begin. All messages are plain data, or memory that the threads share. */
export interface Setup {
  readonly files: SourceFiles;
  readonly request: ExportRequest;
  readonly facts: Facts;
  readonly settings: Pick<ExportOptions, 'batchSize' | 'byteLane' | 'temporaryDirectory'>;
  /** Where rows are kept until the columns are known. Absent if nothing is kept. */
  readonly spool: SpoolPlace | undefined;
}

/** A temporary file of all threads. */
export interface SpoolPlace {
  readonly descriptor: number;
  /** For errors. */
  readonly directory: string | undefined;
  /** One number of 64 bits: the end of what has been given away. */
  readonly end: SharedArrayBuffer;
}

/** Bytes in the temporary file. */
export type Extent = readonly [position: number, length: number];

/** The rows of a range in the temporary file. */
export interface SpooledRows {
  readonly rows: number;
  readonly extents: readonly Extent[];
  /** `size` of `PackedRows`. */
  readonly size: number;
  /** What the range has learned of the columns, as JSON. */
  readonly learned: Extent;
}

/** Counts items, reads a range, writes the rows of a range, or writes a run of rows. */
export type Task =
  | { readonly kind: 'count'; readonly range: FilesRange }
  | { readonly kind: 'read'; readonly range: FilesRange; readonly window: Window }
  | { readonly kind: 'write'; readonly names: readonly string[]; readonly rows: SpooledRows }
  | {
      readonly kind: 'run';
      readonly run: RowRun;
      readonly names: readonly string[];
      readonly measures: readonly number[];
      /** All rows of the table. */
      readonly rows: readonly SpooledRows[];
    };

/** What is known when a task is done. */
export interface Results {
  /** `items` absent: they cannot be counted, because the range is malformed somewhere. */
  readonly count: { readonly items: number | undefined };
  readonly read: { readonly summary: ReadSummary; readonly spooled?: SpooledRows | undefined };
  readonly write: Readonly<Record<never, never>>;
  readonly run: { readonly content: RunContent; readonly replaced: KeptReplacements; readonly extents: readonly Extent[] };
}
export type Kind = Task['kind'];

/** To a thread: a task, memory of its output that is free again, or to end. */
export type ToThread = { readonly task: Task; readonly index: number } | { readonly free: ArrayBuffer } | 'end';

/** From a thread. */
export interface FromThread {
  /** What was read since the last message. */
  readonly progress: Progress;
  /** Absent: this is only about progress. */
  readonly event?: ThreadEvent;
}

export interface Progress {
  readonly bytes: number;
  readonly items: number;
}

export type ThreadEvent = TaskOutput | { readonly done: Results[Kind] } | { readonly failed: SentError };

/** The next bytes of the output of a task: in memory that is given back, or in the temporary file. */
export type TaskOutput = { readonly chunk: Uint8Array<ArrayBuffer> } | { readonly stored: readonly Extent[] };

/** An error on its way to another thread. */
export interface SentError {
  readonly stack: string | undefined;
  /** One of this library, or another one with its own fields that are texts, numbers, booleans or `undefined`. */
  readonly sent:
    | PlainError
    | { readonly name: string; readonly message: string; readonly facts: Readonly<Record<string, unknown>> };
}
