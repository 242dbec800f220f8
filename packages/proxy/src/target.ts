import type { IncomingMessage } from 'node:http';
import { hostnameOf, isBareName, isThisMachine, RefusedRequestError } from '@dataset-items/http';
import { InvalidParameterError } from '@dataset-items/query-pipeline';
import { valuesOf } from './header-lines.js';

/** The target of a request: what stands after the method in its first line. */
export interface Target {
  /** As it was sent, neither decoded nor normalized. Begins with a slash. */
  readonly path: string;
  readonly query: URLSearchParams;
  /** Path and query, as they were sent. */
  readonly text: string;
}

/** A backslash, or a segment `.` or `..`, also where slashes and dots are encoded, because a server may decode them first. */
const leavesPath = /\\|(?:\/|%2f|%5c)(?:\.|%2e){1,2}(?:\/|%2f|%5c|$)/i;

/** @throws RefusedRequestError for a target that names another server, or that servers could understand as another path */
export function targetOf({ url = '/' }: Pick<IncomingMessage, 'url'>): Target {
  if (!url.startsWith('/')) throw refused('the request target', url, 'a path: this proxy asks only its own upstream');
  const at = url.indexOf('?');
  const path = at === -1 ? url : url.slice(0, at);
  if (leavesPath.test(path)) throw refused('the path', path, 'one without . and .. segments');
  return { path, query: new URLSearchParams(at === -1 ? '' : url.slice(at + 1)), text: url };
}

/**
 * A check of the `Host` of requests. Other names are refused, because the owner of a name can make it resolve to this machine, and a page of
 * this name could then read from the proxy.
 */
export function hostGate(allowed: readonly string[], listensAt: string): (incoming: IncomingMessage) => void {
  const names = new Set([listensAt, ...allowed].map((name) => (name === '*' ? name : acceptHost(name))));
  return ({ headers: { host = '' }, rawHeaders }) => {
    if (valuesOf(rawHeaders, 'host').length > 1)
      throw new RefusedRequestError('invalid-input', 'Host: got several, expected one');
    if (names.has('*')) return;
    const hostname = hostnameOf(host);
    if (hostname !== undefined && (isThisMachine(hostname) || isBareName(hostname) || names.has(hostname))) return;
    const shown = JSON.stringify(host.slice(0, 100));
    const message = `Host: got ${shown}, expected a name or an address of this machine; allow others with --allow-host`;
    throw new RefusedRequestError('insufficient-permissions', message);
  };
}

/** Refuses what a page of another origin sends; it may open the page by a link. @throws RefusedRequestError */
export function refuseOtherOrigins({ headers, url = '/' }: IncomingMessage): void {
  const { origin, host } = headers;
  const site = headers['sec-fetch-site'] ?? 'none';
  const isLink = headers['sec-fetch-mode'] === 'navigate' && !/^\/(?:v2|_explorer)\//.test(url);
  const isOwn = (origin === undefined || origin === `http://${host}`) && (site === 'same-origin' || site === 'none');
  if (isOwn || (isLink && origin === undefined)) return;
  throw new RefusedRequestError('insufficient-permissions', 'A page of another origin may not read from this server');
}

/** @throws InvalidParameterError */
function acceptHost(given: string): string {
  const hostname = hostnameOf(given);
  if (hostname === undefined) throw new InvalidParameterError('allowHosts', given, 'names or addresses without a port, or *');
  return hostname;
}

/** @throws RefusedRequestError for a body with another transfer coding than chunks, which would have to be passed on with the body */
export function refuseCodings({ rawHeaders }: IncomingMessage): void {
  const codings = valuesOf(rawHeaders, 'transfer-encoding').join(', ');
  if (codings === '' || codings.trim().toLowerCase() === 'chunked') return;
  const refusal = { type: 'transfer-coding-not-supported', status: 501 };
  throw new RefusedRequestError(refusal, `Transfer-Encoding: got ${JSON.stringify(codings.slice(0, 100))}, expected chunked`);
}

/** @throws RefusedRequestError for a request to change the protocol, except for `h2c`, which only offers HTTP/2 and may be ignored */
export function refuseUpgrade({ headers: { upgrade, connection } }: IncomingMessage): void {
  if (upgrade === undefined || upgrade.toLowerCase() === 'h2c' || !/\bupgrade\b/i.test(connection ?? '')) return;
  const refusal = { type: 'upgrade-not-supported', status: 501 };
  throw new RefusedRequestError(refusal, `Upgrade: got ${JSON.stringify(upgrade.slice(0, 100))}, expected none`);
}

function refused(what: string, came: string, expected: string): RefusedRequestError {
  // The query and the user of a URL may be secrets.
  const shown = JSON.stringify(
    came
      .replace(/[?#].*$/s, '')
      .replace(/\/\/[^/]*@/, '//')
      .slice(0, 100),
  );
  return new RefusedRequestError('invalid-input', `${what}: got ${shown}, expected ${expected}`);
}
