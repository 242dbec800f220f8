import { failureResponse, preflightResponse, RefusedRequestError } from '@dataset-items/http';
import { type Arguments, parseParameters, type Registry } from '@dataset-items/query-pipeline';
import { admit } from './access/admit.js';
import { readersOf } from './access/pages.js';
import { readableBy } from './access/readable-by.js';
import type { AccessRules } from './access/rules.js';
import { withoutScripts } from './access/without-scripts.js';
import { releaseBytes } from './bodies-in-flight.js';
import type { Caller } from './caller.js';
import { fail } from './control/fail.js';
import { announcedRequest, effectiveRequest } from './method-override.js';
import { refusal } from './refusal.js';
import { type Found, routeFinder } from './routes/find.js';
import { routes } from './routes/index.js';
import { isAt, isControl, isOfPage, routedPath } from './routes/paths.js';
import type { Call, Route } from './routes/route.js';
import { refuseUnserved } from './routes/unserved.js';
import type { Services } from './services.js';
import { isForwarded } from './web-servers/addresses.js';

/** A request that arrived. */
export interface Arrived {
  readonly sent: Request;
  /** The URL of it. */
  readonly url: URL;
  readonly caller: Caller;
  /** The host of the request belongs to a run, so that its pages have an origin of their own. */
  readonly hasOwnHost: boolean;
}

/** Answers a request by the route of its method and path, if the caller has access. It never rejects. */
type Router = (arrived: Arrived) => Promise<Response>;

export function createRouter(services: Services, rules: AccessRules): Router {
  const find = routeFinder(routes);
  return async (arrived) => {
    const { sent, url, caller, hasOwnHost } = arrived;
    const harmless = hasOwnHost ? (response: Response) => response : withoutScripts;
    let request = sent;
    try {
      const announced = sent.method === 'OPTIONS' ? announcedRequest(sent) : undefined;
      request = announced ?? (isForwarded(url.pathname) ? sent : effectiveRequest(sent, url));
      const { method } = request;
      const { route, segment } = find(method === 'HEAD' ? 'GET' : method, routedPath(url.pathname)) ?? noRoute;
      const call = callOf(route, request, arrived, services, (name) => segment(name) ?? '');
      const response = await answerCall(route, call, rules);
      return harmless(method === 'HEAD' ? new Response(null, response) : response);
    } catch (error) {
      return harmless(readableBy(readersOf({ request, caller }, rules), failed(error, request, services)));
    } finally {
      releaseBytes(request);
    }
  };
}

/** Answers all requests: first access is checked, and then the resource is looked up. */
async function answerCall(route: Route, asked: Call, rules: AccessRules): Promise<Response> {
  const { readers, target, isGuest = false } = await admit(route, asked, rules);
  const call = { ...asked, isGuest };
  if (rules.readOnly && route.does !== 'reads') throw refuseChange();
  const methods = call.isPreflight ? methodsAt(routedPath(call.url.pathname)) : [];
  if (methods.length > 0) return readableBy(readers, preflightResponse(call.sent, methods));
  const answer = async (): Promise<Response> => {
    try {
      if (target !== undefined) return await target.answer();
      if (route.target === undefined) return await route.answer(call, call.given());
      return await (await route.target(call, call.given())).answer();
    } catch (error) {
      return failed(error, call.request, call.services);
    }
  };
  return readableBy(readers, await unlessMadeToFail(call, answer));
}

function refuseChange(): RefusedRequestError {
  return new RefusedRequestError('insufficient-permissions', 'The emulator was started with --read-only: it accepts no changes');
}

/** Applies a pending failure of `fail-next`. Control requests never fail in this way. */
async function unlessMadeToFail({ url, sent, caller, services }: Call, answer: () => Promise<Response>): Promise<Response> {
  const failure = isControl(url) || isOfPage(sent) ? undefined : services.failures.take(sent);
  return failure === undefined ? answer() : fail(failure, caller, answer);
}

function failed(error: unknown, request: Request, { options: { onFailure } }: Services): Response {
  // Nobody will read the response.
  if (request.signal.aborted) return new Response(null, { status: 499 });
  const isRefusal = error instanceof RefusedRequestError;
  return failureResponse(error, { request, damagedStatus: 422, log: isRefusal ? () => {} : onFailure });
}

function callOf(
  route: Route,
  request: Request,
  { sent, url, caller }: Arrived,
  services: Services,
  segment: Call['segment'],
): Call {
  return {
    request,
    url,
    caller,
    sent,
    isPreflight: sent.method === 'OPTIONS',
    isGuest: false,
    services,
    routes,
    origin: services.options.origin ?? url.origin,
    segment,
    given: () => given(route, url),
  };
}

/** The API ignores unknown parameters. A control request with one would not do what a test expects. */
function given({ parameters = {} }: Route, url: URL): Arguments<Registry> {
  if (!isControl(url)) return parseParameters(parameters, url.searchParams);
  const own = [...url.searchParams].filter(([name]) => !['token', 'method'].includes(name));
  return parseParameters(parameters, own, { strict: true });
}

/** The route for paths without an endpoint. */
const unrouted: Route = {
  method: 'GET',
  path: '*',
  operation: 'unrouted',
  summary: 'Respond that there is no endpoint',
  does: 'reads',
  answer: ({ request, url }) => answerUnrouted(request, url),
};

const noRoute: Found<Route> = { route: unrouted, segment: () => undefined };

function answerUnrouted(request: Request, { pathname }: URL): Response {
  const methods = methodsAt(routedPath(pathname));
  const allow = methods.join(', ');
  refuseUnserved(request.method, routedPath(pathname), pathname, allow);
  if (methods.length === 0) throw new RefusedRequestError(refusal('page-not-found'), `There is no endpoint at ${pathname}`);
  throw new RefusedRequestError('method-not-allowed', `${request.method} is not allowed here, only ${allow}`, {
    headers: { allow },
  });
}

/** The methods of a path, for `Allow`. None: nothing is served there. */
function methodsAt(path: string): string[] {
  const served = routes.filter((route) => isAt(route.path, path)).map(({ method }) => method);
  if (served.length === 0) return [];
  return [...new Set([...served.flatMap((method) => (method === 'GET' ? ['GET', 'HEAD'] : [method])), 'OPTIONS'])];
}
