import type { Watched } from './operate/watch.js';
import type { FallbackOptions, Fetch } from './options.js';
import type { Respond } from './respond.js';
import type { Target } from './target.js';

interface Call {
  readonly request: Request;
  readonly target: Target;
  readonly watched: Watched;
}

export type Fallback = (call: Call, remote: Respond) => Promise<Response>;

/** Name of the header that says who made a response. */
const answeredByName = 'x-dataset-items-answered-by';

/**
 * Sends each request to the emulator or to the upstream. With `first: 'emulator'` the emulator gets the requests for everything that it has.
 * With `first: 'upstream'` it gets the reads that the upstream does not answer with a 2xx or 304, if it has what their path names.
 */
export function createFallback({ fetch, first = 'emulator' }: FallbackOptions): Fallback {
  const fromEmulator = async ({ request, watched }: Call): Promise<Response> => {
    watched.by = 'emulator';
    return said(await fetch(request), 'emulator');
  };
  return async (call, remote) => {
    const { request, target } = call;
    if (first === 'emulator') {
      return (await has(fetch, request, target)) ? fromEmulator(call) : said(await remote(request), 'upstream');
    }
    const isRead =
      (request.method === 'GET' || request.method === 'HEAD') && !/\/run-sync/.test(target.path) && !target.query.has('method');
    const answer = await remote(request).catch((error: unknown) => error);
    if (answer instanceof Response && (answer.ok || answer.status === 304)) return said(answer, 'upstream');
    request.signal.throwIfAborted();
    if (isRead && (await has(fetch, request, target))) {
      if (answer instanceof Response) await answer.body?.cancel();
      return fromEmulator(call);
    }
    if (answer instanceof Response) return said(answer, 'upstream');
    throw answer;
  };
}

/** The start of a path: that of a dataset, store, queue, run, task or actor. */
const thing = /^\/v2\/(?:datasets|key-value-stores|request-queues|actor-runs|actor-tasks|actors|acts)\/[^/]+/;

/**
 * Whether the emulator has what the path names, and the token of the request may read it. False for requests from pages of other origins,
 * because the emulator cannot check their origin behind a proxy.
 */
async function has(fetch: Fetch, { url, headers, signal }: Request, { path, query }: Target): Promise<boolean> {
  const [owner] = thing.exec(path) ?? [];
  const site = headers.get('sec-fetch-site') ?? 'none';
  if (owner === undefined || headers.has('origin') || (site !== 'none' && site !== 'same-origin')) return false;
  const asked = new URL(owner, url);
  const token = query.get('token');
  if (token !== null) asked.searchParams.set('token', token);
  const authorization = headers.get('authorization');
  const answer = await fetch(new Request(asked, { headers: authorization === null ? {} : { authorization }, signal }));
  await answer.body?.cancel();
  return answer.status === 200;
}

function said(response: Response, who: 'emulator' | 'upstream'): Response {
  response.headers.set(answeredByName, who);
  return response;
}
