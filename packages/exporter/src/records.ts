import { compile, type Item, wholeRecords } from '@dataset-items/query-pipeline';
import type { Formats, formats } from '@dataset-items/serializers';
import { checkedSource, type Items, type Source } from '@dataset-items/sources';
import { counted, openOnce } from './opened.js';
import { checkExportOptions, type ExportOptions } from './options.js';
import { sharedPause } from './pause.js';
import { type ExportRequest, type RequestInput, toRequest } from './request.js';
import { refuseTooMany, shaped } from './shaping.js';

/**
 * The records of a query one by one, for code that writes them itself. The request's format and its options are ignored. Nothing is read
 * before the first record is requested. The source is closed once: at the end, when the walk ends early, and on any error.
 * @throws InvalidParameterError, UnknownViewError, TooManyRecordsError, and errors of the source, when a record is requested
 */
export async function* recordsOf<F extends Formats = typeof formats>(
  from: Source | Items,
  request: RequestInput<F> | ExportRequest = {},
  settings: ExportOptions<F> = {},
): AsyncGenerator<Item, void, undefined> {
  const { source, batches, close } = openOnce(checkedSource(from, settings));
  try {
    checkExportOptions(settings);
    const { window, query } = toRequest(request, settings);
    const compiled = compile(query);
    await refuseTooMany(source, window, compiled, settings);
    const { signal, batchSize, pause = sharedPause, onItems = () => {} } = settings;
    const items = counted(batches(window, signal), onItems);
    const records = shaped(compiled.records(items, { batchSize, pause }), settings, 'document', {
      records: 0,
      ended: false,
    });
    for await (const batch of wholeRecords(records)) yield* batch;
  } finally {
    await close();
  }
}
