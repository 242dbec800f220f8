import type { IncomingMessage, ServerResponse } from 'node:http';
import { leavingOf, turnOf } from '@dataset-items/http';
import { forUpstream } from './header-lines.js';
import { askForDataset } from './items/dataset.js';
import { accessQuery, ofBytes } from './items/query.js';
import type { Limits } from './options.js';
import { asResponse, relay } from './relay.js';
import { asFailure, inTime, respondWith } from './respond.js';
import type { Services } from './services.js';
import type { Target } from './target.js';
import type { Answer, Asked, Upstream } from './upstream/exchange.js';
import { requestBody } from './upstream/request-body.js';

export interface PassedCall {
  readonly incoming: IncomingMessage;
  readonly target: Target;
}

export interface PassingServices extends Pick<Services, 'itemsOptions' | 'limits' | 'log' | 'recorder'> {
  readonly upstream: Upstream;
}

/** Passes a request on to the upstream, and the response back to the client, both as streams. Failures are sent or logged. */
export function passOn(
  { incoming, outgoing, target }: PassedCall & { outgoing: ServerResponse },
  services: PassingServices,
): void {
  const { limits, upstream, log } = services;
  const passIt = async (): Promise<void> => {
    const leave = leavingOf(incoming, outgoing);
    await turnOf(outgoing, leave.signal);
    if (leave.signal.aborted) return;
    const signal = inTime(leave.signal, limits.timeout);
    let answer: Answer;
    try {
      answer = recorded(
        await upstream.ask(askedOf({ incoming, target }, limits, signal)),
        { incoming, target },
        services,
        signal,
      );
    } catch (error) {
      if (!leave.signal.aborted) respondWith(async () => Promise.reject(asFailure(error)), services)(incoming, outgoing);
      return;
    }
    await relay(answer, outgoing).catch((error: unknown) => {
      outgoing.destroy();
      const url = `${upstream.origin}${target.path}`;
      if (!leave.signal.aborted) log?.({ error, status: undefined, method: incoming.method, url });
    });
  };
  // HTTP/1.0 has no chunks, so a body of unknown length must be complete before it is sent.
  if (incoming.httpVersion !== '1.0') return void passIt();
  respondWith((request) => passedResponse({ incoming, target, request }, services), services)(incoming, outgoing);
}

/** The response of the upstream to the same request, as a web-standard response. It has no trailers. */
export async function passedResponse(
  call: PassedCall & { readonly request: Request },
  services: PassingServices,
): Promise<Response> {
  const { signal } = call.request;
  return asResponse(recorded(await services.upstream.ask(askedOf(call, services.limits, signal)), call, services, signal));
}

/** The answer, which is recorded while it passes if there is a recorder. */
function recorded(
  answer: Answer,
  { incoming, target }: PassedCall,
  { recorder, upstream, itemsOptions }: PassingServices,
  signal: AbortSignal,
): Answer {
  if (recorder === undefined) return answer;
  const { method = 'GET', rawHeaders } = incoming;
  const describe = (path: string) =>
    askForDataset(upstream, {
      path: `${path}?${accessQuery(target.query, itemsOptions.formats)}`,
      headers: forUpstream(rawHeaders, ofBytes),
      signal,
    });
  return recorder.recordPassed(answer, { method, target, headers: rawHeaders, origin: upstream.origin, describe });
}

/** @throws RefusedRequestError for a body that is too large */
function askedOf({ incoming, target }: PassedCall, { bodyBytes }: Limits, signal: AbortSignal): Asked {
  const { method = 'GET', rawHeaders } = incoming;
  const body = requestBody(incoming, rawHeaders, bodyBytes);
  return { method, path: target.text, headers: forUpstream(rawHeaders), body, signal };
}
