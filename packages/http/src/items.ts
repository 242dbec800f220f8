import { type ExportRequest, exportItems, parseRequest, refuseTooMany } from '@dataset-items/exporter';
import { compile } from '@dataset-items/query-pipeline';
import { type Format, type Formats, formats } from '@dataset-items/serializers';
import { isSource } from '@dataset-items/sources';
import { bodyOf, inOnePiece, orLeave, started } from './body.js';
import { streamedResponse } from './chunks.js';
import { completeResponse } from './complete.js';
import type { Dataset } from './dataset.js';
import { codingFor, compress } from './encoding.js';
import { entityTag, matches } from './entity-tag.js';
import { failureResponse, RefusedRequestError } from './failure.js';
import { attachmentHeader } from './file-name.js';
import { corsHeaders, paginationHeaders, preflightResponse } from './headers.js';
import { exportOf, exportParameter, handOver } from './large.js';
import { leavingOf } from './leave.js';
import { logToStandardError, publicUrl } from './log.js';
import { checkOptions, type ItemsOptions, ofExports } from './options.js';

type Found = Dataset | Response | undefined;

/** Finds the dataset of a request, or answers the request itself. `undefined`: no such dataset, which is a 404. */
export type ResolveDataset = (request: Request) => Found | Promise<Found>;

const methods = ['GET', 'HEAD', 'OPTIONS'];

/**
 * Answers GET, HEAD and OPTIONS with the items of datasets (docs/semantics.md#http). It never rejects.
 * @throws InvalidParameterError for an option that does not exist
 */
export function itemsHandler<F extends Formats = typeof formats>(
  resolve: ResolveDataset,
  options: ItemsOptions<F> = {},
): (request: Request) => Promise<Response> {
  checkOptions(options);
  return async (request) => {
    try {
      if (request.method === 'OPTIONS') {
        return options.cors === false
          ? new Response(null, { status: 204, headers: { allow: methods.join(', ') } })
          : preflightResponse(request, methods);
      }
      if (!methods.includes(request.method)) throw methodNotAllowed(request.method);
      const found = await resolve(request);
      if (found === undefined) throw new RefusedRequestError('record-not-found', 'Dataset was not found');
      if (!(found instanceof Response)) checkDataset(found);
      return 'source' in found ? await itemsResponse(request, found, options) : found;
    } catch (error) {
      return failureResponse(error, { ...options, request });
    }
  };
}

/**
 * The items of one dataset as the query of a request selects them. HEAD gets the headers only, any other method also the body. It resolves
 * when the first bytes are available: an earlier failure becomes an error response, a later one cuts the body off. It never rejects.
 */
export async function itemsResponse<F extends Formats = typeof formats>(
  request: Request,
  dataset: Dataset,
  options: ItemsOptions<F> = {},
): Promise<Response> {
  const { controller: leave, end: onEnd } = leavingOf(request, options);
  try {
    const answering = answer(request, dataset, options, leave.signal);
    // If the client left while the bytes were opened, they are closed.
    const { headers, status, chunks } = await orLeave(answering, leave.signal, (late) => late.chunks?.return?.());
    if (chunks !== undefined) {
      const body = await orLeave(inOnePiece(chunks), leave.signal, () => chunks.return?.());
      if (!(body instanceof Uint8Array)) {
        return streamedResponse(bodyOf(body, { leave, onEnd, onFailure: failureLog(request, options) }), { status, headers });
      }
      onEnd();
      return completeResponse(body, { status, headers });
    }
    onEnd();
    return new Response(null, { status, headers });
  } catch (error) {
    onEnd();
    const { aborted, reason } = leave.signal;
    if (!aborted || reason instanceof RefusedRequestError)
      return failureResponse(aborted ? reason : error, { ...options, request });
    // The client has left.
    return new Response(null, { status: 499 });
  }
}

/** @throws TypeError for a value from `resolve` that is neither a dataset nor a response */
function checkDataset(found: unknown): void {
  if (typeof found === 'object' && found !== null) {
    // A response of another implementation.
    if ('headers' in found && 'status' in found) return;
    if ('source' in found && typeof found.source === 'object' && found.source !== null && isSource(found.source)) return;
  }
  throw new TypeError('resolve: expected a dataset whose `source` is a source, such as `itemsSource(items)`, or a Response');
}

interface Answer {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** The body, whose first bytes are available. `undefined`: headers only. */
  readonly chunks?: AsyncIterator<Uint8Array>;
}

/** An export closes its source. Without an export, the source is closed here. */
async function answer(request: Request, dataset: Dataset, options: ItemsOptions<Formats>, signal: AbortSignal): Promise<Answer> {
  let exporting = false;
  try {
    checkOptions(options);
    const { open, ...head } = await prepare(request, dataset, options, signal);
    if (open === undefined) return head;
    exporting = true;
    return { ...head, chunks: await open() };
  } finally {
    if (!exporting) await dataset.source.close?.();
  }
}

interface Prepared extends Answer {
  /** Begins to read. `undefined`: headers only. */
  readonly open: (() => Promise<AsyncIterator<Uint8Array>>) | undefined;
}

/** Everything that is known without reading an item. */
async function prepare(
  request: Request,
  dataset: Dataset,
  options: ItemsOptions<Formats>,
  signal: AbortSignal,
): Promise<Prepared> {
  const { source } = dataset;
  const { facts } = source;
  const { version = facts.version } = dataset;
  const { status = 200, cors = true, compress: compressing = true } = options;
  const { attachment, ...exported } = requestOf(request, dataset, options);
  const { binary = false, mediaType, extension, headers: ownHeaders } = knownFormat(options, exported.format);
  const coding = compressing ? codingFor(request.headers.get('accept-encoding'), !binary) : 'identity';
  const tag = version === undefined ? undefined : entityTag([version, facts, exported], coding);
  const known = {
    ...(cors && corsHeaders),
    ...(compressing && { vary: 'Accept-Encoding' }),
    ...(tag !== undefined && { etag: tag }),
  };
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (tag !== undefined && isRead && matches(request.headers.get('if-none-match'), tag)) {
    return { status: 304, headers: known, open: undefined };
  }
  const total = (await source.total()) ?? (await source.count?.());
  const name = dataset.name || dataset.id || facts.name || facts.id;
  const headers = {
    ...known,
    ...paginationHeaders(exported.window, total),
    'content-type': mediaType,
    ...(attachment && { 'content-disposition': attachmentHeader({ name, modifiedAt: facts.modifiedAt, extension }) }),
    'x-content-type-options': 'nosniff',
    ...ownHeaders?.(),
    ...(coding !== 'identity' && { 'content-encoding': coding }),
  };
  if (request.method === 'HEAD') {
    await refuseTooMany(source, exported.window, compile(exported.query), options);
    return { status, headers, open: undefined };
  }
  const handed = await handOver({ request, dataset, exported, version, total, options });
  if (handed !== undefined && 'later' in handed) {
    const { body, headers: ofLater } = handed.later;
    const open = async (): Promise<AsyncIterator<Uint8Array>> => {
      await source.close?.();
      return oneChunk(body);
    };
    return { status: 202, headers: { ...(cors && corsHeaders), vary: 'Prefer', ...ofLater }, open };
  }
  const open = async (): Promise<AsyncIterator<Uint8Array>> => {
    const { onReport } = options;
    const settings = { ...ofExports(options), signal, reusesChunks: true };
    if (handed !== undefined) await source.close?.();
    const made = handed === undefined ? exportItems(source, { ...exported, attachment }, settings) : exportOf(handed.job, signal);
    const { bytes, report } = await made;
    const chunks = await started(bytes[Symbol.asyncIterator]());
    // The bytes fail with the same error, which is logged there.
    if (onReport !== undefined) {
      report
        .then(
          (made) => onReport(made, request),
          () => undefined,
        )
        .catch(failureLog(request, options));
    }
    // A strong tag promises the same bytes each time.
    return coding === 'identity' ? chunks : started(compress(chunks, coding, tag === undefined));
  };
  return { status, headers, open };
}

async function* oneChunk(chunk: Uint8Array): AsyncGenerator<Uint8Array> {
  yield chunk;
}

function requestOf(
  request: Request,
  { views }: Dataset,
  { defaults, formats: known, large, maxItems = Number.POSITIVE_INFINITY, ownParameters = [], strict }: ItemsOptions<Formats>,
): ExportRequest {
  const url = new URL(request.url);
  const { searchParams } = url;
  // The same export, whether a client was told of it or not.
  if (large !== undefined) searchParams.delete(exportParameter);
  const { href } = url;
  for (const name of ownParameters) searchParams.delete(name);
  const { window, ...asked } = parseRequest(searchParams, {
    defaults,
    formats: known,
    strict,
    views,
    url: publicUrl(large === undefined ? request.url : href),
  });
  return { ...asked, window: { ...window, limit: Math.min(window.limit, maxItems) } };
}

function knownFormat({ formats: known = formats }: ItemsOptions<Formats>, name: string): Format {
  return known[name] as Format;
}

function failureLog(request: Request, { log = logToStandardError }: ItemsOptions<Formats>): (error: unknown) => void {
  return (error) => log({ error, status: undefined, method: request.method, url: publicUrl(request.url) });
}

function methodNotAllowed(method: string): RefusedRequestError {
  const allow = methods.join(', ');
  return new RefusedRequestError('method-not-allowed', `${method} is not allowed here, only ${allow}`, { headers: { allow } });
}
