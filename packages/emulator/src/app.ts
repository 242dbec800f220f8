import { explorerPage, features } from '@dataset-items/explorer';
import { sharedPause } from '@dataset-items/exporter';
import { failureResponse } from '@dataset-items/http';
import { hostRefusal } from './access/pages.js';
import type { AccessRules } from './access/rules.js';
import { json } from './answers.js';
import type { Caller } from './caller.js';
import { defaultRateLimit, type RateLimiter, rateLimiter } from './control/rate-limit.js';
import { createRouter } from './router.js';
import { isControl, isOfPage, routedPath } from './routes/paths.js';
import type { Services } from './services.js';
import { withoutOwnHost } from './web-servers/addresses.js';

export type Answer = (request: Request, caller: Caller) => Promise<Response>;

/** Answers requests: each one is recorded and routed. Control requests and those of the page are not recorded. */
export function createApp(services: Services, rules: AccessRules): Answer {
  const { traffic, webPorts } = services;
  const route = createRouter(services, rules);
  const { rateLimit = defaultRateLimit } = services.options;
  const limiter = services.options.rateLimit === undefined ? undefined : rateLimiter(rateLimit);
  const { token, readOnly } = rules;
  const page = explorerPage({ token: token !== undefined, readOnly, serves: features });
  return async (given, caller) => {
    const own = new URL(given.url);
    const moved = withoutOwnHost(own, given.headers.get('host'), webPorts.idIn);
    const request = moved === undefined ? given : requestTo(moved, given);
    const url = moved ?? own;
    const arrived = { sent: request, url, caller, hasOwnHost: moved !== undefined };
    const shown = moved === undefined ? page(request) : undefined;
    if (shown !== undefined) return refusedHost(request, caller, rules) ?? shown;
    if (isControl(url) || isOfPage(request)) return route(arrived);
    return traffic.watch(request, url, async () => {
      // Many simultaneous requests begin in turns, so that other work can run between them.
      await sharedPause();
      const response = tooMany(limiter, url) ?? (await route(arrived));
      response.headers.set('x-ratelimit-limit', String(rateLimit));
      return response;
    });
  };
}

function requestTo(url: URL, { method, headers, body, signal }: Request): Request {
  return new Request(url, { method, headers, signal, ...(body !== null && { body, duplex: 'half' as const }) });
}

/** The page has no secrets, but a page under a foreign name could ask for what has. */
function refusedHost(request: Request, caller: Caller, rules: AccessRules): Response | undefined {
  const refusal = hostRefusal({ request, caller }, rules);
  return refusal && failureResponse(refusal, { request, cors: false });
}

/** The refusal of a request beyond the rate limit, which clients send again later. */
function tooMany(limiter: RateLimiter | undefined, { pathname }: URL): Response | undefined {
  const seconds = limiter?.take(routedPath(pathname));
  if (seconds === undefined) return undefined;
  const message = 'You have exceeded the rate limit of requests to this resource (--rate-limit)';
  return json(
    { error: { type: 'rate-limit-exceeded', message } },
    { status: 429, headers: { 'retry-after': String(Math.ceil(seconds)) } },
  );
}
