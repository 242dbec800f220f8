import { Readable } from 'node:stream';
import type { ReadableStream } from 'node:stream/web';
import { type Download, figuresResponse } from '@dataset-items/explorer';
import { RefusedRequestError } from '@dataset-items/http';
import { type Source, streamSource, wholeWindow, windowParts } from '@dataset-items/sources';
import { answerItems } from '../items/answer-items.js';
import type { ItemsCall, ItemsServices } from '../items/call.js';
import { viewsOf } from '../items/dataset.js';
import { describedDataset } from '../items/described.js';
import { engineRequest, storedQuery } from '../items/query.js';
import { itemsRoute } from '../items/route.js';
import { targetOf } from '../target.js';
import type { Asked } from './asked.js';

export interface AskedUpstream extends Pick<ItemsCall, 'incoming' | 'target' | 'watched'> {
  readonly asked: Asked;
}

/** Makes the download from the upstream, as for any client with the same headers. */
export function previewOfUpstream(call: AskedUpstream, services: ItemsServices): Download {
  const { itemsOptions } = services;
  return (request, hooks) =>
    answerItems(itemsCall(call, request, call.target.query), { ...services, itemsOptions: { ...itemsOptions, ...hooks } });
}

/** Figures of the stored items of the upstream, which are requested with the headers of the caller. */
export function figuresOfUpstream(request: Request, call: AskedUpstream, services: ItemsServices): Promise<Response> {
  const { itemsOptions, log } = services;
  const { cell, columnOrder, defaults, filter, map, maxDepth } = itemsOptions;
  const { query } = call.target;
  const open = async () => {
    const described = query.get('view') ? await describedDataset(itemsCall(call, request, query), services) : undefined;
    const views = described && viewsOf(described);
    const { window } = engineRequest(query, itemsOptions, views);
    const stored = new URLSearchParams(storedQuery(query, window, 'jsonl', itemsOptions.formats));
    stored.delete('mostItems');
    const response = await answerItems(itemsCall(call, request, stored), { ...services, itemsOptions: { maxDepth } });
    if (!response.ok || response.body === null) {
      const refusal = { type: 'upstream-refused', status: response.status };
      throw new RefusedRequestError(refusal, `The upstream answers with the status ${response.status}`);
    }
    return { source: ofWindow(Readable.fromWeb(response.body as ReadableStream)), views };
  };
  return figuresResponse(request, open, { cell, columnOrder, defaults, filter, map, maxDepth, log });
}

/** Items of a window, which was applied already. */
function ofWindow(lines: Readable): Source {
  const facts = { id: 'upstream', name: 'upstream', modifiedAt: undefined };
  const stream = streamSource(lines, facts, { inputFormat: 'jsonl' });
  return {
    facts,
    applies: windowParts,
    trusted: true,
    total: async () => undefined,
    read: (_, signal) => stream.read(wholeWindow, signal),
    close: () => stream.close?.(),
  };
}

/** The request for items with this query, instead of the request of the page. */
function itemsCall(
  { incoming, watched, asked: { segment } }: AskedUpstream,
  request: Request,
  query: URLSearchParams,
): ItemsCall {
  const target = targetOf({ url: `/v2/datasets/${segment}/items?${query}` });
  const route = itemsRoute('GET', target);
  if (route === undefined) throw new RefusedRequestError('record-not-found', 'Dataset was not found');
  const { signal } = request;
  const asking = new Request(new URL(target.text, request.url), { headers: withoutCodings(request.headers), signal });
  return { incoming, watched, target, route, request: asking };
}

function withoutCodings(given: Headers): Headers {
  const headers = new Headers(given);
  for (const name of ['accept-encoding', 'if-none-match']) headers.delete(name);
  return headers;
}
