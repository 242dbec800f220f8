import { InvalidParameterError } from '@dataset-items/query-pipeline';

const methods = ['GET', 'HEAD', 'POST', 'PUT', 'DELETE'];

/**
 * The request that is meant: `?method=POST` makes another of a GET or a POST, for clients that can send nothing else.
 * @throws InvalidParameterError
 */
export function meantRequest(request: Request): Request {
  const url = new URL(request.url);
  const given = url.searchParams.get('method');
  if (given === null || given === '') return request;
  if (request.method !== 'GET' && request.method !== 'POST') return request;
  const method = given.toUpperCase();
  if (!methods.includes(method)) throw new InvalidParameterError('method', given, `one of ${methods.join(', ')}`);
  if (method === request.method) return request;
  const { headers, signal } = request;
  const body = method === 'GET' || method === 'HEAD' ? null : request.body;
  return new Request(url, { method, headers, signal, ...(body !== null && { body, duplex: 'half' as const }) });
}
