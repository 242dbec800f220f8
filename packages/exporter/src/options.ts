import {
  atLeast,
  checkKinds,
  InvalidParameterError,
  isItem,
  type OptionKind,
  oneOfValues,
  optionKinds,
} from '@dataset-items/query-pipeline';
import type { Formats, formats, TableOptions } from '@dataset-items/serializers';
import type { MemoryOptions } from '@dataset-items/sources';
import type { Pause } from './pause.js';
import type { RequestOptions } from './request.js';
import type { Shaping } from './shaping.js';

export interface ExportOptions<F extends Formats = typeof formats>
  extends RequestOptions<F>,
    Shaping,
    Pick<TableOptions, 'blocking' | 'columnOrder' | 'spoolBudget' | 'temporaryDirectory' | 'withoutColumns'>,
    Pick<MemoryOptions, 'bigint' | 'facts' | 'maxDepth' | 'trusted'> {
  /** Labels of columns in the file, by column name. Default: the column names. */
  readonly columnLabels?: Readonly<Record<string, string>> | undefined;
  /** Ends the export at once, even while the source does not answer. */
  readonly signal?: AbortSignal | undefined;
  /** Awaited between batches and chunks, so that other work can run. Default: one pause shared by all exports of the process. */
  readonly pause?: Pause | undefined;
  /** Called with the number of items in each batch read. With `workers`, ranges that are read at the same time take turns. */
  readonly onItems?: ((count: number) => void) | undefined;
  /**
   * Convert JSON text into bytes without parsing it, if the query and the format allow it. Does not change the bytes.
   * Default true.
   */
  readonly byteLane?: boolean | undefined;
  /** Called with the reason for each item that had to be parsed although the export works on JSON text. */
  readonly onParsed?: ((reason: string) => void) | undefined;
  /**
   * Number of threads that read and convert files in ranges, if the export can be split: files of JSON Lines, and several files of any format.
   * Another export is refused. 0: everything in this thread. `auto`: as many as are worth it for files of more than 200 MB, else none
   * (docs/performance.md#workers). Does not change the bytes. Default 0.
   */
  readonly workers?: number | 'auto' | undefined;
  /** Called with the number of threads, and if there are none although they were asked for with `auto`, the reason. */
  readonly onWorkers?: ((count: number, reason?: string) => void) | undefined;
  /** Bytes of input that a thread reads at a time, about. Does not change the bytes. Default 16 MiB. */
  readonly rangeBytes?: number | undefined;
  /** Reuse the memory of a chunk when the next one is requested, which saves copies. Default false: the reader may keep chunks. */
  readonly reusesChunks?: boolean | undefined;
  /**
   * Bytes of output, about, that are made of JSON text before they are handed on. More take less processor time and more memory. Chunks of
   * tables and of items that are objects have sizes of their own. 1 to 8,388,608. Default 256 KiB.
   */
  readonly chunkBytes?: number | undefined;
  /** Records per batch if one item gives many. Does not change the bytes. Default 512. */
  readonly batchSize?: number | undefined;
}

/** Amounts that need not be whole, such as a number of bytes without a limit. */
const amount: OptionKind = { expected: 'a number, 0 or more', fits: (value) => typeof value === 'number' && value >= 0 };
const { boolean, labels, names, object, signal, text } = optionKinds;
const call = optionKinds.function;

export const exportOptionKinds = {
  batchSize: atLeast(1),
  beyondMaxRecords: oneOfValues('fail', 'end'),
  bigint: oneOfValues('refuse', 'text'),
  blocking: boolean,
  byteLane: boolean,
  chunkBytes: {
    expected: 'a whole number from 1 to 8388608',
    fits: (value) => atLeast(1).fits(value) && Number(value) <= 8_388_608,
  },
  cell: call,
  columnLabels: labels,
  columnOrder: names,
  defaults: object,
  facts: object,
  filter: call,
  formats: object,
  local: boolean,
  map: call,
  maxDepth: atLeast(0),
  maxRecords: atLeast(0),
  onItems: call,
  onParsed: call,
  onWorkers: call,
  pause: call,
  rangeBytes: atLeast(1),
  reusesChunks: boolean,
  signal,
  spoolBudget: amount,
  strict: boolean,
  temporaryDirectory: text,
  trusted: boolean,
  url: text,
  views: object,
  withoutColumns: oneOfValues('refuse', 'write'),
  workers: { expected: 'a whole number, 0 or more, or auto', fits: (value) => value === 'auto' || atLeast(0).fits(value) },
} as const satisfies Record<keyof ExportOptions, OptionKind>;

/** @throws InvalidParameterError for an unknown option or a value of another kind */
export function checkExportOptions(options: ExportOptions<Formats>): void {
  checkKinds(exportOptionKinds, options);
  checkFormats(options.formats);
}

/** @throws InvalidParameterError for a value that is not a format */
export function checkFormats(formats: Formats = {}): void {
  for (const [name, format] of Object.entries(formats)) {
    if (isItem(format) && isItem(format.parameters) && 'serializer' in format) continue;
    throw new InvalidParameterError(`formats/${name}`, String(format), 'a format, such as those of `defineTableFormat`');
  }
}
