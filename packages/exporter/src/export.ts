import { compile, transformBatches, type Walk } from '@dataset-items/query-pipeline';
import { canList, formats, mendedTally, type TableOptions, tabulate } from '@dataset-items/serializers';
import { type Items, itemsSource, type MemoryOptions, type Source } from '@dataset-items/sources';
import { type HandedOut, handOut } from './hand-out.js';
import { type Pause, sharedPause } from './pause.js';
import { parseRequest, type RequestInput, type RequestOptions } from './request.js';

export interface ExportOptions
  extends RequestOptions,
    Pick<TableOptions, 'spoolBudget' | 'temporaryDirectory' | 'withoutColumns'>,
    Pick<MemoryOptions, 'facts' | 'maxDepth' | 'trusted'> {
  /** Ends the export at once, also while the source does not answer. */
  readonly signal?: AbortSignal | undefined;
  /** Awaited between batches and chunks; lets other work have the thread. Default: one pause that all exports of the process share. */
  readonly pause?: Pause | undefined;
  /** Told of every batch of stored items read. */
  readonly onItems?: ((count: number) => void) | undefined;
  /** Records per batch where one item gives many; does not change the bytes. Default 512. */
  readonly batchSize?: number | undefined;
}

/** Bytes on their way, and what is known of them. */
export interface Export extends HandedOut {
  readonly mediaType: string;
  /** Without the dot. */
  readonly extension: string;
}

/**
 * Exports stored items: a source, or any iterable of items. For a format with columns everything is read before this resolves, unless
 * `columns` fixes them.
 * @throws InvalidParameterError, UnknownViewError, NoColumnsError, and what the source throws: at once or out of `bytes`
 */
export async function exportItems(
  from: Source | Items,
  request: RequestInput = {},
  settings: ExportOptions = {},
): Promise<Export> {
  const { window, query, format: name, options } = parseRequest(request, settings);
  const source = isSource(from) ? from : itemsSource(from, settings);
  const { walk, kept, picked, layout, neverFound } = compile(query);
  const { signal, batchSize, pause: ownPause = sharedPause } = settings;
  const pause: Pause = () => {
    signal?.throwIfAborted();
    return ownPause();
  };
  const mended = mendedTally();
  let itemsRead = 0;
  let recordsWritten = 0;
  const recordsOf = <R>(made: Walk<R>): AsyncIterable<readonly R[]> => {
    const counted: Walk<R> = function* (items, size) {
      itemsRead += items.length;
      settings.onItems?.(items.length);
      for (const records of made(items, size)) {
        recordsWritten += records.length;
        yield records;
      }
    };
    return transformBatches(source.read(window, signal), counted, { batchSize, pause });
  };
  const report = () => ({
    itemsRead,
    recordsWritten,
    neverFound: itemsRead === 0 ? [] : neverFound(),
    skipped: source.skipped?.() ?? { count: 0, first: [] },
    mended: mended.read(),
  });

  const format = formats[name];
  const { mediaType, extension } = format;
  const fields = picked();
  const listed = fields && { names: fields.names, repeats: fields.repeats, batches: recordsOf(fields.walk) };
  if (format.kind === 'document') {
    const whole = kept() ?? { walk, keeps: undefined };
    const records = listed && canList(listed.names) ? listed : recordsOf(whole.walk);
    const chunks = format.serializer(options, source.facts, mended)(records, whole.keeps);
    return { mediaType, extension, ...handOut(chunks, { report, pause }) };
  }
  const table = await tabulate(listed ?? recordsOf(walk), layout, format.cellWriter(options, mended), {
    ...settings,
    ...options,
  });
  const tableReport = () => ({ ...report(), columns: table.report() });
  const chunks = format.serializer(options, source.facts, mended)(table);
  return { mediaType, extension, ...handOut(chunks, { report: tableReport, pause, close: table.close }) };
}

function isSource(from: Source | Items): from is Source {
  return 'read' in from && 'facts' in from;
}
