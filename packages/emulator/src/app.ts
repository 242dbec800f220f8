import { sharedPause } from '@dataset-items/exporter';
import type { Caller } from './caller.js';
import { fail } from './control/fail.js';
import { createRouter } from './router.js';
import type { Services } from './services.js';

export type Answer = (request: Request, caller: Caller) => Promise<Response>;

/** Everything that answers requests: seen, made to fail where that was asked for, and routed. Control itself is neither. */
export function createApp(services: Services): Answer {
  const { traffic, failures } = services;
  const route = createRouter(services);
  return async (request, caller) => {
    if (new URL(request.url).pathname.startsWith('/_emulator/')) return route(request, caller);
    return traffic.watch(request, async () => {
      // Many that come at once are begun in turns, as what they read is.
      await sharedPause();
      const failure = failures.take(request);
      return failure === undefined ? route(request, caller) : fail(failure, caller, () => route(request, caller));
    });
  };
}
