import {
  type ExportJob,
  type ExportProgress,
  type ExportQueue,
  type ExportRequest,
  type Report,
  requestData,
  wholeOptions,
} from '@dataset-items/exporter';
import { type Formats, formats } from '@dataset-items/serializers';
import type { Dataset } from './dataset.js';
import { RefusedRequestError } from './failure.js';
import type { ItemsOptions } from './options.js';

/** Exports that are made by others (docs/scale.md#a-service). */
export interface LargeExports {
  readonly queue: ExportQueue;
  /** Largest number of stored items that is exported here. Default 1,000,000. */
  readonly overItems?: number | undefined;
  /** The name by which the workers open a dataset. `undefined`: it is exported here. Default: its name, or else its id. */
  readonly datasetName?: ((dataset: Dataset, request: Request) => string | undefined) | undefined;
}

/** The parameter by which a client asks for an export that it was told of. */
export const exportParameter = 'export';

interface Asked {
  readonly request: Request;
  readonly dataset: Dataset;
  readonly exported: Omit<ExportRequest, 'attachment'>;
  readonly version: string | undefined;
  /** Number of stored items. */
  readonly total: number | undefined;
  readonly options: ItemsOptions<Formats>;
}

export type HandedOver = { readonly job: ExportJob } | { readonly later: Later };

/** The response while an export is being made, for a client that does not wait. */
export interface Later {
  readonly headers: Readonly<Record<string, string>>;
  readonly body: Uint8Array;
}

/**
 * Hands an export to a queue if it is large and can be made by others. Requests for the same items in the same form are one export.
 * `undefined`: it is made here.
 * @throws RefusedRequestError for an export that is not there
 */
export async function handOver({ request, dataset, exported, version, total, options }: Asked): Promise<HandedOver | undefined> {
  const { large } = options;
  const told = new URL(request.url).searchParams.get(exportParameter);
  if (large === undefined) return undefined;
  const { facts } = dataset.source;
  const standardName = dataset.name || dataset.id || facts.name || facts.id;
  const name = large.datasetName === undefined ? standardName : large.datasetName(dataset, request);
  // Without a version, a result could be of items that have changed since.
  const isSplit =
    name !== undefined &&
    version !== undefined &&
    wholeOptions.every((option) => options[option] === undefined) &&
    Object.hasOwn(formats, exported.format) &&
    itemsIn(exported, total) > (large.overItems ?? 1_000_000);
  if (!isSplit) {
    if (told !== null) throw notThere(told);
    return undefined;
  }
  const withoutColumns = options.withoutColumns ?? 'refuse';
  const asked = requestData({ ...exported, attachment: false });
  // Loaded here: it slows down loading the library, and exports do not need it.
  const { createHash } = process.getBuiltinModule('node:crypto');
  const id = `http-${createHash('sha256')
    .update(JSON.stringify([name, version, asked, withoutColumns]))
    .digest('base64url')}`;
  if (told !== null && told !== id) throw notThere(told);
  const asking = told === null ? large.queue.submit(name, asked, { id, withoutColumns }) : large.queue.find(id);
  const job = await asking.catch((error: unknown) => {
    throw outward(error);
  });
  if (job === undefined) throw notThere(id);
  if (told === null && !wantsLater(request)) return { job };
  for await (const progress of job.progress()) {
    if (!['done', 'failed', 'cancelled'].includes(progress.state)) return { later: laterOf(request, id, progress) };
    break;
  }
  return { job };
}

/** The export that a queue makes. It resolves when the result is there. */
export async function exportOf(
  job: ExportJob,
  signal: AbortSignal,
): Promise<{ readonly bytes: AsyncIterable<Uint8Array>; readonly report: Promise<Report> }> {
  try {
    const { read, report } = await job.result(signal);
    return { bytes: read(), report: Promise.resolve(report) };
  } catch (error) {
    throw outward(error);
  }
}

/** What a client is sent of an error of the queue, which may name addresses of other machines. */
const refusals: Readonly<Record<string, string>> = {
  cancelled: 'The export was cancelled',
  failed: 'The export could not be made',
  unavailable: 'The queue of exports cannot be reached',
};

function outward(error: unknown): unknown {
  const { code } = error as { readonly code?: unknown };
  const message = Object.hasOwn(refusals, String(code)) ? refusals[String(code)] : undefined;
  return message === undefined ? error : new RefusedRequestError('unavailable', message, { cause: error });
}

function itemsIn({ window: { offset, limit } }: Asked['exported'], total: number | undefined): number {
  return Math.min(limit, Math.max(0, (total ?? 0) - offset));
}

/** Whether the client asks for a response that does not wait (RFC 7240). */
function wantsLater(request: Request): boolean {
  const preferred = (request.headers.get('prefer') ?? '').split(',');
  return preferred.some((preference) => /^\s*respond-async\s*(?:;|$)/i.test(preference));
}

function laterOf(request: Request, id: string, progress: ExportProgress): Later {
  const { pathname, searchParams } = new URL(request.url);
  searchParams.set(exportParameter, id);
  return {
    headers: {
      ...{ location: `${pathname}?${searchParams}`, 'retry-after': '5', 'cache-control': 'no-store' },
      ...(wantsLater(request) && { 'preference-applied': 'respond-async' }),
      'content-type': 'application/json; charset=utf-8',
    },
    body: Buffer.from(`${JSON.stringify({ data: { id, ...progress } })}\n`),
  };
}

function notThere(id: string): RefusedRequestError {
  return new RefusedRequestError(
    'record-not-found',
    `Export ${JSON.stringify(id)} was not found, or the items have changed since`,
  );
}
