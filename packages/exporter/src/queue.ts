import type { formats } from '@dataset-items/serializers';
import type { Report } from './report.js';
import type { RequestInput } from './request.js';

/** Exports that other processes make, such as workers of a job queue (docs/scale.md#workers). */
export interface ExportQueue {
  /**
   * Asks for an export. Asking again with the same id gives the same export; one that failed or was cancelled begins anew.
   * @param dataset the name by which the workers open the data set
   * @throws InvalidParameterError, also for what cannot be split
   */
  submit(dataset: string, request: RequestInput<typeof formats>, options: SubmitOptions): Promise<ExportJob>;
  /** `undefined`: there is no export of this id. */
  find(id: string): Promise<ExportJob | undefined>;
}

export interface SubmitOptions {
  /** Name of the export: 1 to 64 letters, digits, _ and -. */
  readonly id: string;
  /** What to do if a table has no column. Default `refuse`. */
  readonly withoutColumns?: 'refuse' | 'write' | undefined;
}

/** An export that was asked for. */
export interface ExportJob {
  readonly id: string;
  state(): Promise<ExportState>;
  /** How far it is, now and then until it ends. */
  progress(signal?: AbortSignal): AsyncIterable<ExportProgress>;
  /**
   * Waits until the export ends.
   * @param signal ends the waiting, not the export
   * @throws the error that ended the export, as an export of one process has it
   */
  result(signal?: AbortSignal): Promise<ExportResult>;
  /** Ends the export. Tasks that run end within seconds, and the parts are removed. Does nothing if the export has ended. */
  cancel(): Promise<void>;
}

export type ExportState = 'waiting' | 'reading' | 'writing' | 'joining' | 'done' | 'failed' | 'cancelled';

export interface ExportProgress {
  readonly state: ExportState;
  /** Tasks of this stage that are done, and all of them. 0 while they are not known. */
  readonly done: number;
  readonly of: number;
  /** Items read. */
  readonly items: number;
  /** Bytes that tasks have written to the store. */
  readonly bytes: number;
}

export interface ExportResult {
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
  readonly bytes: number;
  readonly report: Report;
  /** The name of the bytes in the store. */
  readonly name: string;
  /** The bytes. */
  read(): AsyncIterable<Uint8Array>;
}
