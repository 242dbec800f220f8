import { accessParameters, type ExportOptions, exportItems, parseRequest, type Views } from '@dataset-items/exporter';
import { parseParameters, UnreadableSourceError } from '@dataset-items/query-pipeline';
import { formats } from '@dataset-items/serializers';
import type { Source } from '@dataset-items/sources';
import { bodyOf, orLeave, started } from './body.js';
import { codingFor, compress } from './encoding.js';
import { entityTag, matches } from './entity-tag.js';
import { failureResponse, RefusedRequestError } from './failure.js';
import { contentDisposition } from './file-name.js';
import { corsHeaders, paginationHeaders, preflightResponse } from './headers.js';
import { type Log, logToStandardError, publicUrl } from './log.js';

/** What a request is answered from. */
export interface Dataset {
  /** Must know its `total()`: the pagination headers go before the first item. */
  readonly source: Source;
  /** For the file name of the response. Default: the source's own. */
  readonly name?: string | undefined;
  /** In place of a name. Default: the source's own. */
  readonly id?: string | undefined;
  /** Views of the dataset's schema. */
  readonly views?: Views | undefined;
  /** Changes whenever the items do; gives `ETag` and `If-None-Match`. Default: the source's own, if it has one. */
  readonly version?: string | undefined;
}

/** Finds the dataset that a request speaks of; `undefined`: there is none, which is a 404. */
export type ResolveDataset = (request: Request) => Dataset | undefined | Promise<Dataset | undefined>;

export interface ItemsOptions extends Pick<ExportOptions, 'strict' | 'pause' | 'temporaryDirectory' | 'spoolBudget'> {
  /** Of a response with items. Default 200. */
  readonly status?: 200 | 201 | undefined;
  /** Let pages of any origin read the response. Default true. */
  readonly cors?: boolean | undefined;
  /** Compress for clients that take it. Default true. */
  readonly compress?: boolean | undefined;
  /** Parameters that the route takes itself: no part of the query, and not refused where `strict`. */
  readonly ownParameters?: readonly string[] | undefined;
  /** Told of what is the server's own fault, before and after the first byte. Default: a line on standard error. */
  readonly log?: Log | undefined;
}

const methods = ['GET', 'HEAD', 'OPTIONS'];

/** Answers GET, HEAD and a browser's OPTIONS with the items of datasets (SEMANTICS section 9). It never rejects. */
export function itemsHandler(resolve: ResolveDataset, options: ItemsOptions = {}): (request: Request) => Promise<Response> {
  return async (request) => {
    try {
      if (request.method === 'OPTIONS') {
        return options.cors === false
          ? new Response(null, { status: 204, headers: { allow: methods.join(', ') } })
          : preflightResponse(request, methods);
      }
      if (!methods.includes(request.method)) throw methodNotAllowed(request.method);
      const dataset = await resolve(request);
      if (dataset === undefined) throw new RefusedRequestError('record-not-found', 'Dataset was not found');
      return await itemsResponse(request, dataset, options);
    } catch (error) {
      return failureResponse(error, { ...options, request });
    }
  };
}

/**
 * The items of one dataset as a request's query asks for them, whatever its method: HEAD gets the headers, any other the body too. It
 * resolves when the first bytes are there, so that what fails before is a clean status; what fails later cuts the body. It never rejects.
 */
export async function itemsResponse(request: Request, dataset: Dataset, options: ItemsOptions = {}): Promise<Response> {
  const leave = new AbortController();
  const abort = (): void => leave.abort(request.signal.reason);
  request.signal.addEventListener('abort', abort, { once: true });
  const onEnd = (): void => request.signal.removeEventListener('abort', abort);
  if (request.signal.aborted) abort();
  try {
    const { headers, status, open } = await orLeave(prepare(request, dataset, options, leave.signal), leave.signal);
    if (open === undefined) {
      onEnd();
      return new Response(null, { status, headers });
    }
    const opening = open();
    // Opened too late for whoever left, it is closed.
    const chunks = await orLeave(opening, leave.signal, (late) => late.return?.());
    return new Response(bodyOf(chunks, { leave, onEnd, onFailure: failureLog(request, options) }), { status, headers });
  } catch (error) {
    onEnd();
    // Nobody is there to read it.
    if (leave.signal.aborted) return new Response(null, { status: 499 });
    return failureResponse(error, { ...options, request });
  }
}

interface Prepared {
  readonly status: number;
  readonly headers: Record<string, string>;
  /** Begins to read; `undefined`: the headers are all. */
  readonly open: (() => Promise<AsyncIterator<Uint8Array>>) | undefined;
}

/** Everything that is known without reading an item. */
async function prepare(request: Request, dataset: Dataset, options: ItemsOptions, signal: AbortSignal): Promise<Prepared> {
  const { source, views } = dataset;
  const { facts } = source;
  const { version = facts.version } = dataset;
  const { status = 200, cors = true, compress: compressing = true, ownParameters = [] } = options;
  const { strict, pause, temporaryDirectory, spoolBudget } = options;
  const { searchParams } = new URL(request.url);
  for (const name of ownParameters) searchParams.delete(name);
  const { attachment = false } = parseParameters({ attachment: accessParameters.attachment }, searchParams);
  const understood = parseRequest(searchParams, { strict, views });
  const { extension, mediaType } = formats[understood.format];
  const defaults = understood.format === 'rss' ? { feedLink: publicUrl(request.url) } : {};
  const coding = compressing ? codingFor(request.headers.get('accept-encoding'), understood.format !== 'xlsx') : 'identity';
  const tag = version === undefined ? undefined : entityTag([version, facts, understood, defaults], coding);
  const known = {
    ...(cors && corsHeaders),
    ...(compressing && { vary: 'Accept-Encoding' }),
    ...(tag !== undefined && { etag: tag }),
  };
  const isRead = request.method === 'GET' || request.method === 'HEAD';
  if (tag !== undefined && isRead && matches(request.headers.get('if-none-match'), tag)) {
    return { status: 304, headers: known, open: undefined };
  }
  const total = await source.total();
  if (total === undefined) throw uncounted(facts.name);
  const headers = {
    ...known,
    ...paginationHeaders(understood.window, total),
    'content-type': mediaType,
    'content-disposition': contentDisposition({
      name: dataset.name || dataset.id || facts.name || facts.id,
      modifiedAt: facts.modifiedAt,
      extension,
      attachment,
    }),
    'x-content-type-options': 'nosniff',
    ...(coding !== 'identity' && { 'content-encoding': coding }),
  };
  if (request.method === 'HEAD') return { status, headers, open: undefined };
  const open = async (): Promise<AsyncIterator<Uint8Array>> => {
    const settings = {
      strict,
      views,
      defaults,
      signal,
      pause,
      temporaryDirectory,
      spoolBudget,
      withoutColumns: 'refuse',
    } as const;
    const { bytes } = await exportItems(source, searchParams, settings);
    const chunks = await started(bytes);
    return coding === 'identity' ? chunks : started(compress(chunks, coding));
  };
  return { status, headers, open };
}

function failureLog(request: Request, { log = logToStandardError }: ItemsOptions): (error: unknown) => void {
  return (error) => log({ error, status: undefined, method: request.method, url: publicUrl(request.url) });
}

function methodNotAllowed(method: string): RefusedRequestError {
  const allow = methods.join(', ');
  return new RefusedRequestError('method-not-allowed', `${method} is not allowed here, only ${allow}`, { headers: { allow } });
}

function uncounted(name: string): UnreadableSourceError {
  return new UnreadableSourceError(
    name,
    'does not know how many items it holds, which the pagination headers tell: give it a total()',
  );
}
