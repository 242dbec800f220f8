import { hostnameOf, isBareName, isThisMachine, RefusedRequestError } from '@dataset-items/http';
import type { Call, Route } from '../routes/route.js';
import type { AccessRules } from './rules.js';

/** Pages that may read a response: of any origin, of one origin, or only the emulator's own. */
export type Readers = '*' | `${'http' | 'https'}://${string}` | undefined;

/** Pages that may read the response to a request. A signature may allow more pages. */
export function readersOf({ caller, request }: Pick<Call, 'caller' | 'request'>, { token, origins }: AccessRules): Readers {
  if (caller.isInProcess || token !== undefined) return '*';
  const origin = request.headers.get('origin');
  return origin !== null && origins.has(origin) ? (origin as Readers) : undefined;
}

/**
 * The reason to refuse a request if no token is configured: its host may be a foreign name that was made to resolve to this machine, or a page
 * of another origin sends it. `undefined`: it is not refused.
 */
export function pageRefusal({ does }: Pick<Route, 'does'>, call: Call, rules: AccessRules): RefusedRequestError | undefined {
  if (call.caller.isInProcess || rules.token !== undefined) return undefined;
  const refusal = hostRefusal(call, rules);
  if (refusal !== undefined) return refusal;
  const hostname = hostnameOf(call.request.headers.get('host') ?? '') as string;
  return originRefusal(does, call, rules) ?? (isUnnamed(does, call, hostname) ? refuseUnnamed(call, hostname) : undefined);
}

/** The reason to refuse any request, by its host alone. */
export function hostRefusal(call: Pick<Call, 'caller' | 'request'>, rules: AccessRules): RefusedRequestError | undefined {
  if (call.caller.isInProcess || rules.token !== undefined) return undefined;
  const host = call.request.headers.get('host') ?? '';
  const hostname = hostnameOf(host);
  return hostname === undefined || !isOwnHost(hostname, call, rules) ? refuseHost(host, hostname) : undefined;
}

function isOwnHost(hostname: string, { caller }: Pick<Call, 'caller'>, { hosts }: AccessRules): boolean {
  return isThisMachine(hostname) || isBareName(hostname) || hosts.has(hostname) || hostname === caller.host;
}

function originRefusal(does: Route['does'], { request }: Call, rules: AccessRules): RefusedRequestError | undefined {
  const origin = request.headers.get('origin');
  if (origin !== null && rules.origins.has(origin)) return undefined;
  if (origin !== null && origin !== rules.own && origin !== new URL(`http://${request.headers.get('host')}`).origin) {
    return refuseOrigin(does, origin);
  }
  // `none`: the user has typed the address.
  const site = request.headers.get('sec-fetch-site') ?? 'none';
  return site === 'same-origin' || site === 'none' ? undefined : refuseOrigin(does, undefined);
}

/**
 * Whether a page may have sent a request that changes something, although the request does not show it. Browsers send the GET of an image or a
 * link without `Origin` and `Sec-Fetch-Site` to hosts that they do not trust. A page cannot add `Authorization` without a preflight request.
 */
function isUnnamed(does: Route['does'], { sent }: Call, hostname: string): boolean {
  const isPlain = sent.method === 'GET' || sent.method === 'HEAD';
  const isNamed = ['origin', 'sec-fetch-site', 'authorization'].some((name) => sent.headers.has(name));
  return does !== 'reads' && isPlain && !isNamed && !isThisMachine(hostname);
}

const verbs = { reads: 'read from', writes: 'change data in', controls: 'control' } as const;

function refuseHost(host: string, hostname: string | undefined): RefusedRequestError {
  return refused(
    `Host: got ${quoted(host)}, expected a name or an address of this machine. ` +
      `If it is one, start the emulator with --allow-host ${hostname === undefined ? '<name>' : shown(hostname)}, or with a --token`,
  );
}

function refuseOrigin(does: Route['does'], origin: string | undefined): RefusedRequestError {
  const isNamed = origin !== undefined && origin !== 'null';
  const page = isNamed ? `A page of ${quoted(origin)}` : 'A page of another origin';
  const option = `--cors ${isNamed && URL.canParse(origin) ? shown(new URL(origin).origin) : '<origin>'}`;
  return refused(
    `${page} may not ${verbs[does]} an emulator without a token. ` +
      `To allow it, start the emulator with ${option} and send the request with fetch, or start it with a --token`,
  );
}

function refuseUnnamed({ request, sent }: Call, hostname: string): RefusedRequestError {
  const instead = sent.method === request.method ? 'as a POST' : `as a ${request.method}`;
  return refused(
    `A ${sent.method} to ${quoted(hostname)} that changes something may come from a page of any origin: ` +
      `send it ${instead} or with a token in Authorization, or start the emulator with a --token`,
  );
}

function refused(message: string): RefusedRequestError {
  return new RefusedRequestError('insufficient-permissions', message);
}

const MOST_SHOWN = 100;

function shown(text: string): string {
  return text.slice(0, MOST_SHOWN);
}

function quoted(text: string): string {
  return JSON.stringify(shown(text));
}
