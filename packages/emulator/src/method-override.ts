import { InvalidParameterError } from '@dataset-items/query-pipeline';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];

/**
 * The effective method of a request. `?method=PUT` replaces the method of a GET or a POST, for clients that can send no other methods.
 * @throws InvalidParameterError
 */
function effectiveMethod(sent: string, url: URL): string {
  const given = url.searchParams.get('method');
  if (given === null || given === '' || (sent !== 'GET' && sent !== 'POST')) return sent;
  const method = given.toUpperCase();
  if (!methods.includes(method)) throw new InvalidParameterError('method', given, `one of ${methods.join(', ')}`);
  return method;
}

/**
 * The request with its effective method.
 * @param url its URL
 * @throws InvalidParameterError
 */
export function effectiveRequest(sent: Request, url: URL): Request {
  const method = effectiveMethod(sent.method, url);
  if (method === sent.method) return sent;
  const { headers, signal } = sent;
  const body = method === 'GET' || method === 'HEAD' ? null : sent.body;
  return new Request(url, { method, headers, signal, ...(body !== null && { body, duplex: 'half' as const }) });
}

/**
 * The request that a preflight request announces. `undefined`: no endpoint has such a method.
 * @throws InvalidParameterError
 */
export function announcedRequest({ url, headers, signal }: Request): Request | undefined {
  const announced = headers.get('access-control-request-method');
  if (announced === null) return undefined;
  const method = effectiveMethod(announced.toUpperCase(), new URL(url));
  return methods.includes(method) ? new Request(url, { method: method === 'HEAD' ? 'GET' : method, headers, signal }) : undefined;
}
