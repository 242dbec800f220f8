import { compile, InvalidParameterError } from '@dataset-items/query-pipeline';
import { type Formats, formats, replacementTally } from '@dataset-items/serializers';
import { checkedSource, type Items, type Source } from '@dataset-items/sources';
import { type HandedOut, handOut } from './hand-out.js';
import { byteLane } from './lanes/byte-lane.js';
import type { Order } from './lanes/lane.js';
import { objectLane } from './lanes/object-lane.js';
import { type Opened, openOnce } from './opened.js';
import { checkExportOptions, type ExportOptions } from './options.js';
import { type Pause, sharedPause } from './pause.js';
import type { Report } from './report.js';
import { type ExportRequest, type RequestInput, toRequest } from './request.js';
import { refuseTooMany } from './shaping.js';
import { workerLane } from './workers/lane.js';

/** The bytes of an export, and their media type and file extension. */
export interface Export extends HandedOut {
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
}

/**
 * Exports stored items from a source, a list or anything that yields items. The source is always closed, once: when its last item was read,
 * when the export is refused, fails or is ended early, and when the signal fires. For a format with columns everything is read before this
 * resolves, unless `columns` fixes them.
 * @param request a query string, `URLSearchParams` or an object. Default: all items as JSON
 * @throws InvalidParameterError, UnknownViewError, NoColumnsError, and errors of the source: from this call or from `bytes`
 */
export async function exportItems<F extends Formats = typeof formats>(
  from: Source | Items,
  request: RequestInput<F> | ExportRequest = {},
  settings: ExportOptions<F> = {},
): Promise<Export> {
  const opened = openOnce(checkedSource(from, settings));
  try {
    checkExportOptions(settings);
    return await exported(opened, toRequest(request, settings), settings);
  } catch (error) {
    // An error of closing is not reported, because this one came first.
    await opened.close().catch(() => undefined);
    throw error;
  }
}

async function exported(
  { source, batches, close }: Opened,
  request: ExportRequest,
  settings: ExportOptions<Formats>,
): Promise<Export> {
  const { signal } = settings;
  const { window, query, format: name, options } = request;
  const available: Formats = settings.formats ?? formats;
  const format = available[name];
  if (format === undefined) throw new InvalidParameterError('format', name, `one of ${Object.keys(available).join(', ')}`);
  const compiled = compile(query);
  await refuseTooMany(source, window, compiled, settings);
  const pause = pausing(settings);
  const replaced = replacementTally();
  const handed = { records: 0, ended: false };
  let itemsRead = 0;
  const order: Order = {
    ...{ source, batches, closeSource: close, window, options, compiled, format, replaced, pause, signal, handed, settings },
    facts: source.facts,
    request,
    tableOptions: { ...settings, ...options, pause, isPart: format.kind === 'table' && format.isPart },
    onItems: (count) => {
      itemsRead += count;
      settings.onItems?.(count);
    },
  };
  const lane = (await workerLane(order)) ?? (await byteLane(order)) ?? (await objectLane(order));

  const report = () => ({
    itemsRead,
    recordsWritten: handed.records,
    // Without an item every name would be reported.
    neverFound: itemsRead === 0 ? [] : compiled.neverFound(),
    skipped: source.skipped?.() ?? { count: 0, first: [] },
    accepted: source.accepted?.() ?? {},
    changedNumbers: options.exact ? noChanges : (source.changedNumbers?.() ?? noChanges),
    remarks: source.remarks?.() ?? [],
    ...lane.merged?.(),
    replaced: replaced.read(),
    ...(handed.ended && { ended: true as const }),
    ...(lane.columns && { columns: lane.columns() }),
  });
  const closeAll = async (): Promise<void> => {
    try {
      await lane.close?.();
    } finally {
      await close();
    }
  };
  return {
    mediaType: format.mediaType,
    extension: format.extension,
    ...handOut(lane.chunks, { report, pause, signal, close: closeAll }),
  };
}

const noChanges: Report['changedNumbers'] = { count: 0, first: [] };

/** The pause of the options, which throws the reason of the signal after this has fired. So the signal also ends long work. */
function pausing({ signal, pause = sharedPause }: ExportOptions<Formats>): Pause {
  return () => {
    signal?.throwIfAborted();
    return pause();
  };
}
