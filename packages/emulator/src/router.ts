import { failureResponse, preflightResponse, RefusedRequestError } from '@dataset-items/http';
import { parseParameters } from '@dataset-items/query-pipeline';
import { type Context, Hono } from 'hono';
import { admit } from './access/admit.js';
import type { Caller } from './caller.js';
import { meantRequest } from './method-override.js';
import { apiEndpoints } from './routes/api-endpoints.js';
import { routes } from './routes/index.js';
import { bySpecificity, isAt, routedPath } from './routes/paths.js';
import type { Call, Route } from './routes/route.js';
import type { Services } from './services.js';

type Env = { readonly Bindings: { readonly caller: Caller } };

/** Answers a request by the route whose method and path it has. It never rejects. */
export function createRouter(services: Services): (request: Request, caller: Caller) => Promise<Response> {
  const hono = new Hono<Env>({ getPath: ({ url }) => routedPath(new URL(url).pathname) });
  for (const route of [...routes].sort(bySpecificity)) {
    hono.on(route.method, route.path, (context) => answerBy(route, callOf(context, services)));
  }
  hono.notFound((context) => answerUnrouted(context.req.raw));
  const fail = (error: unknown, request: Request): Response => {
    // Nobody is there to read it.
    if (request.signal.aborted) return new Response(null, { status: 499 });
    const isRefusal = error instanceof RefusedRequestError;
    return failureResponse(error, { request, log: isRefusal ? () => {} : services.options.onFailure });
  };
  hono.onError((error, context) => fail(error, context.req.raw));
  return async (request, caller) => {
    try {
      return await hono.fetch(meantRequest(request), { caller });
    } catch (error) {
      return fail(error, request);
    }
  };
}

async function answerBy(route: Route, call: Call): Promise<Response> {
  admit(route, call);
  return route.answer(call, parseParameters(route.parameters ?? {}, call.url.searchParams));
}

function callOf(context: Context<Env>, services: Services): Call {
  const url = new URL(context.req.url);
  return {
    request: context.req.raw,
    url,
    caller: context.env.caller,
    services,
    routes,
    origin: services.options.origin ?? url.origin,
    segment: (name) => context.req.param(name) ?? '',
  };
}

function answerUnrouted(request: Request): Response {
  const { pathname } = new URL(request.url);
  const methods = methodsAt(routedPath(pathname));
  if (request.method === 'OPTIONS' && methods.length > 0) return preflightResponse(request, methods);
  refuseUnserved(request.method, pathname);
  if (methods.length === 0) throw new RefusedRequestError('page-not-found', `There is no endpoint at ${pathname}`);
  const allow = methods.join(', ');
  throw new RefusedRequestError('method-not-allowed', `${request.method} is not allowed here, only ${allow}`, {
    headers: { allow },
  });
}

/** The API has it, and this is not the API. */
function refuseUnserved(method: string, path: string): void {
  const found = apiEndpoints.find((endpoint) => endpoint.method === method && isAt(endpoint.path, routedPath(path)));
  if (found === undefined) return;
  throw new RefusedRequestError('not-implemented', `${method} ${found.path} of the API is not emulated (asked for as ${path})`);
}

/** What a path takes, as `Allow` says it; none: nothing is served there. */
function methodsAt(path: string): string[] {
  const served = routes.filter((route) => isAt(route.path, path)).map(({ method }) => method);
  if (served.length === 0) return [];
  return [...new Set([...served.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'])];
}
