import type { Format, Formats } from '@dataset-items/serializers';
import type { Source } from '@dataset-items/sources';
import { exportItems } from '../export.js';
import type { ExportOptions } from '../options.js';
import type { ExportRequest } from '../request.js';
import type { ReadSummary } from './summary.js';
import { partFormat, wayOf } from './way.js';

export type RangeOptions = Pick<
  ExportOptions<Formats>,
  'batchSize' | 'byteLane' | 'chunkBytes' | 'onItems' | 'pause' | 'signal' | 'temporaryDirectory'
>;

/** The part of an export that a range makes. */
export interface RangeExport {
  /** The memory of a chunk is used again when the next one is requested. */
  readonly bytes: AsyncIterable<Uint8Array>;
  /** Known after the last chunk. */
  summary(): Promise<ReadSummary>;
}

/**
 * Exports the items of a range. Its output begins with what is between records, or is packed rows, as `wayOf` says.
 * @param request its window is over the range
 * @throws the errors of `exportItems`, but no `NoColumnsError`
 */
export async function readRange(
  source: Source,
  request: ExportRequest,
  format: Format,
  options: RangeOptions,
): Promise<RangeExport> {
  const part = partFormat(format, wayOf(format, request.format, request.options), options.temporaryDirectory);
  const { bytes, report } = await exportItems(source, request, {
    ...options,
    formats: { [request.format]: part.format },
    withoutColumns: 'write',
    reusesChunks: true,
  });
  const summary = async (): Promise<ReadSummary> => {
    const {
      bytesWritten,
      recordsWritten: records,
      itemsRead,
      neverFound,
      skipped,
      accepted,
      remarks,
      changedNumbers,
    } = await report;
    const learned = part.learned();
    const packed = part.packed();
    return {
      ...{ bytes: bytesWritten, records, itemsRead, neverFound, skipped, accepted, remarks, changedNumbers },
      replaced: part.replaced(),
      ...(learned && { learned }),
      ...(packed !== undefined && { packed }),
    };
  };
  return { bytes, summary };
}
