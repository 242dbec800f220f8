import type { IncomingMessage, RequestListener } from 'node:http';
import { type Listening, type ListenOptions, listenOn, RefusedRequestError } from '@dataset-items/http';
import { createExplorer } from './explore/explorer.js';
import { answerItems } from './items/answer-items.js';
import { itemsRoute } from './items/route.js';
import { ownPage } from './operate/pages.js';
import { endWhenStuck } from './operate/stuck.js';
import { type Watched, watch } from './operate/watch.js';
import type { ProxyOptions } from './options.js';
import { passedResponse, passOn } from './pass-on.js';
import { type Respond, respondWith } from './respond.js';
import { openServices } from './services.js';
import { hostGate, refuseCodings, refuseOtherOrigins, refuseUpgrade, type Target, targetOf } from './target.js';

/** A server that receives the requests of clients, requests stored items from an upstream, and makes the exports itself. */
export interface Proxy {
  /** @throws the system's error when the address is not available: EADDRINUSE, EACCES */
  listen(at?: ListenOptions): Promise<Listening>;
  /** Stops listening, gives open responses the time of `limits.grace` to end, and then closes everything. May be called twice. */
  close(): Promise<void>;
}

/**
 * Makes a proxy; `listen` starts it.
 * @throws InvalidParameterError (an unknown option or an invalid value), UnwritableOutputError (the directory of the cache)
 */
export async function createProxy(options: ProxyOptions = {}): Promise<Proxy> {
  const services = await openServices(options);
  const { sources, fallback, limits } = services;
  const explore = createExplorer(services, options.files ?? {});
  const listening = new Set<Listening>();

  /** The function that answers a request: pages of the proxy first, then the page for people, then named sources, then the rest. `undefined`: it is passed on. */
  const answererOf = (incoming: IncomingMessage, target: Target, watched: Watched): Respond | undefined => {
    const page = ownPage(incoming.method, target, services);
    if (page !== undefined) return async () => page;
    const shown = explore({ incoming, target, watched });
    if (shown !== undefined) return shown;
    const source = sources.find(target);
    if (source !== undefined) {
      watched.by = 'source';
      return (request) => source.answer(request);
    }
    const { upstream } = services;
    if (upstream === undefined) return nothingHere;
    const call = { incoming, target, watched };
    const route = itemsRoute(incoming.method ?? 'GET', target);
    // An answer to a request for items sets it when it is known who made it.
    watched.by = route === undefined ? 'upstream' : 'proxy';
    const items: Respond | undefined =
      route && ((request) => answerItems({ ...call, request, route }, { ...services, upstream }));
    if (fallback === undefined) return items;
    const remote: Respond = items ?? ((request) => passedResponse({ ...call, request }, { ...services, upstream }));
    return (request) => fallback({ ...call, request }, remote);
  };

  const listener =
    (gate: (incoming: IncomingMessage) => void): RequestListener =>
    (incoming, outgoing) => {
      const watched = watch(incoming, outgoing, services);
      endWhenStuck(incoming, outgoing);
      let respond: Respond | undefined;
      try {
        gate(incoming);
        if (options.ownOrigin === true) refuseOtherOrigins(incoming);
        refuseUpgrade(incoming);
        refuseCodings(incoming);
        const target = targetOf(incoming);
        respond = answererOf(incoming, target, watched);
        if (respond === undefined && services.upstream !== undefined) {
          return passOn({ incoming, outgoing, target }, { ...services, upstream: services.upstream });
        }
      } catch (error) {
        respond = async () => {
          throw error;
        };
      }
      respondWith(respond ?? nothingHere, services)(incoming, outgoing);
    };

  let closed: Promise<void> | undefined;
  const close = async (): Promise<void> => {
    await Promise.all([...listening].map((each) => each.close()));
    await services.close();
  };
  return {
    async listen({ port = 4041, host = '127.0.0.1' } = {}) {
      const gate = hostGate(options.allowHosts ?? [], host);
      const { grace, headerBytes, clientTimeout: headerTimeout, idleTimeout, clientConnections: connections } = limits;
      const opened = await listenOn(
        listener(gate),
        { port, host },
        { grace, headerBytes, headerTimeout, idleTimeout: idleOfClients(idleTimeout), connections, requestTimeout: 0 },
      );
      listening.add(opened);
      return opened;
    },
    close() {
      closed ??= close();
      return closed;
    },
  };
}

/** A second longer than for the upstream, so that the answer about an upstream that stalled still reaches the client. */
function idleOfClients(idleTimeout: number): number {
  return idleTimeout === 0 ? 0 : idleTimeout + 1000;
}

const nothingHere: Respond = async ({ url }) => {
  throw new RefusedRequestError('record-not-found', `There is nothing at ${new URL(url).pathname}`);
};
