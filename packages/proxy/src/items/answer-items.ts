import type { Readable } from 'node:stream';
import type { ExportRequest, Views } from '@dataset-items/exporter';
import { itemsResponse } from '@dataset-items/http';
import type { CheckedSource } from '@dataset-items/sources';
import { endToEnd, forUpstream, type HeaderLines, pairsOf, valuesOf } from '../header-lines.js';
import { passedResponse } from '../pass-on.js';
import { asResponse } from '../relay.js';
import type { Answer } from '../upstream/exchange.js';
import { requestBody } from '../upstream/request-body.js';
import { askForItems } from './ask-for-items.js';
import type { ItemsCall, ItemsServices } from './call.js';
import { type DatasetObject, viewsOf } from './dataset.js';
import { describedDataset } from './described.js';
import { keptItems } from './kept-items.js';
import { correctedHeaders, totalOf } from './pagination.js';
import { engineRequest, formatOf, ofBytes } from './query.js';
import { storedItems } from './stored-items.js';

/**
 * Requests the stored items from the upstream, or takes them from the cache, and makes the export. If the upstream refuses, its response is
 * passed on.
 * @throws InvalidParameterError, UnknownViewError, RefusedRequestError
 */
export async function answerItems(call: ItemsCall, services: ItemsServices): Promise<Response> {
  const { request, incoming, target, route } = call;
  const { upstream, formatMemory, itemsOptions: options, limits, log, recorder } = services;
  const read = await readRequest(call, services);
  // The views are not known here, so the upstream must apply the view itself.
  if (read === undefined) {
    call.watched.by = 'upstream';
    return passedResponse(call, services);
  }

  const { asked, dataset, views } = read;
  const name = dataset?.name ?? dataset?.id ?? route.name;
  const facts = { id: dataset?.id ?? route.name, name, modifiedAt: dataset?.modifiedAt };
  const respond = async (source: CheckedSource, { status, headers }: Pick<Answer, 'status' | 'headers'>): Promise<Response> => {
    const settings = { ...options, status: status === 201 ? 201 : 200, cors: false, log } as const;
    return completed(await itemsResponse(request, { source, views }, settings), headers);
  };

  const kept = await keptItems(call, dataset, services);
  if (kept !== undefined) {
    const { version } = kept;
    call.watched.by = 'cache';
    return respond({ ...kept.source, facts: { ...facts, version } }, { status: 200, headers: kept.headers });
  }
  const answer = await askForItems(
    {
      ...{ path: target.path, query: target.query, route, window: asked.window, formats: options.formats },
      ...{ method: request.method, headers: forUpstream(incoming.rawHeaders, ofBytes), signal: request.signal },
      body: requestBody(incoming, incoming.rawHeaders, limits.bodyBytes),
    },
    upstream,
    formatMemory,
  );
  if (answer.status !== 200 && answer.status !== 201) {
    call.watched.by = 'upstream';
    return asResponse(answer);
  }
  call.watched.by = 'engine';
  const total = totalOf(answer.headers, dataset);
  const [version] = valuesOf(answer.headers, 'etag');
  const { maxDepth, temporaryDirectory } = options;
  const open = (body: Readable): CheckedSource =>
    storedItems({
      ...{ answer: { ...answer, body }, origin: upstream.origin, total, limit: asked.window.limit, maxDepth, temporaryDirectory },
      facts: { ...facts, ...(version !== undefined && { version }) },
    });
  const passing = { target, route, headers: incoming.rawHeaders, window: asked.window, dataset, total, open };
  const source = open(request.method === 'HEAD' ? answer.body : (recorder?.record(answer.body, passing) ?? answer.body));
  return withCorrected(await respond(source, answer), correctedHeaders(answer.headers, asked.window, total));
}

interface ReadRequest {
  readonly asked: ExportRequest;
  readonly views: Views | undefined;
  readonly dataset: DatasetObject | undefined;
}

/** `undefined`: the request has a `view`, and the upstream gives no schema with its views. */
async function readRequest(call: ItemsCall, services: ItemsServices): Promise<ReadRequest | undefined> {
  const { query } = call.target;
  const { cache, itemsOptions: options, recorder } = services;
  if (query.get('view')) {
    const dataset = await describedDataset(call, services);
    const views = dataset && viewsOf(dataset);
    return views && { asked: engineRequest(query, options, views), views, dataset };
  }
  const asked = engineRequest(query, options, undefined);
  const { binary = false, linkParameter } = formatOf(asked, options);
  // Names and dates of the dataset are written only there; the cache asks for its version, the recorder for its schema.
  const isNeeded = asked.attachment || binary || linkParameter !== undefined || (cache ?? recorder) !== undefined;
  return { asked, views: undefined, dataset: isNeeded ? await describedDataset(call, services) : undefined };
}

/** Headers about the bytes of a response or about pagination. The proxy makes its own. */
const describesBytes = /^(?:content-|x-apify-pagination-|etag$|last-modified$|accept-ranges$|digest$|repr-digest$|trailer$)/;

/** The response of the proxy, with the other headers of the upstream, such as those about access, rate limits and cookies. */
function completed(response: Response, lines: HeaderLines): Response {
  const own = new Set(response.headers.keys());
  for (const [name, value] of pairsOf(endToEnd(lines))) {
    const lower = name.toLowerCase();
    // `Vary` of both counts. Other headers of the proxy stay as they are.
    if (!describesBytes.test(lower) && (lower === 'vary' || !own.has(lower))) response.headers.append(name, value);
  }
  return response;
}

function withCorrected(response: Response, corrected: Record<string, string>): Response {
  if (response.ok) for (const [name, value] of Object.entries(corrected)) response.headers.set(name, value);
  return response;
}
