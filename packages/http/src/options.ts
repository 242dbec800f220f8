import { checkFormats, type ExportOptions, exportOptionKinds, parseRequest, type Report } from '@dataset-items/exporter';
import { atLeast, checkKinds, type OptionKind, oneOfValues, optionKinds, timerTime } from '@dataset-items/query-pipeline';
import type { Formats, formats } from '@dataset-items/serializers';
import type { LargeExports } from './large.js';
import type { Log } from './log.js';

const { boolean, names: listOfNames, signal } = optionKinds;
const { defaults, strict, ...exporting } = exportOptionKinds;

/** Options of the export that is made for each response. */
const exportKinds = {
  beyondMaxRecords: exporting.beyondMaxRecords,
  bigint: exporting.bigint,
  cell: exporting.cell,
  columnLabels: exporting.columnLabels,
  columnOrder: exporting.columnOrder,
  filter: exporting.filter,
  formats: exporting.formats,
  map: exporting.map,
  maxDepth: exporting.maxDepth,
  maxRecords: exporting.maxRecords,
  onItems: exporting.onItems,
  pause: exporting.pause,
  spoolBudget: exporting.spoolBudget,
  temporaryDirectory: exporting.temporaryDirectory,
  withoutColumns: exporting.withoutColumns,
};

type OfExports = keyof typeof exportKinds;

export interface ItemsOptions<F extends Formats = typeof formats>
  extends Pick<ExportOptions<F>, OfExports | 'defaults' | 'strict'> {
  /** Status of a response with items. Default 200. */
  readonly status?: 200 | 201 | undefined;
  /** Status if stored items are malformed or damaged: 422 where clients try again after a 500. Default 500. */
  readonly damagedStatus?: 422 | 500 | undefined;
  /** Let pages of any origin read the response. Default true. */
  readonly cors?: boolean | undefined;
  /** Compress for clients that accept it. Default true. */
  readonly compress?: boolean | undefined;
  /** Parameters that the route itself reads. They are not part of the query, and `strict` does not refuse them. */
  readonly ownParameters?: readonly string[] | undefined;
  /** Upper limit of stored items per response, whatever the request's `limit`. The pagination headers show it. Default: no limit. */
  readonly maxItems?: number | undefined;
  /** Hands large exports to a queue, so that others make them. Default: all are made here. */
  readonly large?: LargeExports | undefined;
  /** Milliseconds until the last byte of a response is sent. Then: a 504, or a response in progress is cut off. Default: no limit. */
  readonly timeout?: number | undefined;
  /** Ends all responses when it fires, for a server that stops: a 503, or a response in progress is cut off. */
  readonly signal?: AbortSignal | undefined;
  /**
   * Called at the end of each body with its report, also if the client left before that. Not called for a response without items (HEAD,
   * 304, a refused request) and for one that failed, which is logged.
   */
  readonly onReport?: ((report: Report, request: Request) => void) | undefined;
  /** Called for every failure of the server itself, before and after the first byte. Default: a line on standard error. */
  readonly log?: Log | undefined;
}

const kinds = {
  ...exportKinds,
  compress: boolean,
  cors: boolean,
  damagedStatus: oneOfValues(422, 500),
  defaults,
  large: optionKinds.object,
  log: optionKinds.function,
  maxItems: atLeast(1),
  onReport: optionKinds.function,
  ownParameters: listOfNames,
  signal,
  status: oneOfValues(200, 201),
  strict,
  timeout: timerTime,
} as const satisfies Record<keyof ItemsOptions, OptionKind>;

/** The options of the handler that are options of its exports. */
export function ofExports(options: ItemsOptions<Formats>): Pick<ItemsOptions<Formats>, OfExports> {
  return Object.fromEntries(Object.entries(options).filter(([name]) => Object.hasOwn(exportKinds, name)));
}

/** @throws InvalidParameterError for an unknown option or an invalid value */
export function checkOptions(options: ItemsOptions<Formats>): void {
  checkKinds(kinds, options);
  checkFormats(options.formats);
  // The defaults are checked as a request without parameters.
  parseRequest('', { defaults: options.defaults, formats: options.formats });
}
