import { InvalidParameterError, type Item, isItem, type Json } from '@dataset-items/query-pipeline';
import { invalidBody, kindOf } from '../request-body.js';
import type { RequestKey, RequestsWindow, WantedRequest } from './store.js';

/** Largest number of requests in one call, as in the API. */
const mostInBatch = 25;

/** @throws RefusedRequestError */
export function acceptRequest(body: Json): WantedRequest {
  const reason = faultOf(body);
  if (reason !== undefined) throw invalidBody(reason);
  return body as WantedRequest;
}

/** The valid and the invalid requests of a body. @throws RefusedRequestError */
export function acceptBatch(body: Json): { readonly taken: readonly WantedRequest[]; readonly refused: readonly Item[] } {
  const all = acceptList(body);
  const taken = all.filter((one) => faultOf(one) === undefined) as WantedRequest[];
  return { taken, refused: all.filter((one) => faultOf(one) !== undefined).map((one) => (isItem(one) ? one : {})) };
}

/** @throws RefusedRequestError */
export function acceptKeys(body: Json): readonly RequestKey[] {
  return acceptList(body).map((one): RequestKey => {
    const { id, uniqueKey } = isItem(one) ? one : {};
    if (typeof id === 'string') return { id };
    if (typeof uniqueKey === 'string') return { uniqueKey };
    throw invalidBody('expected objects with `id` or `uniqueKey`');
  });
}

/** The changes of a request, of which only some fields need be given. @throws RefusedRequestError */
export function acceptChanges(body: Item, id: string, isThere: boolean): WantedRequest & { readonly id: string } {
  if (body.id !== undefined && body.id !== id)
    throw invalidBody(`id: got ${JSON.stringify(body.id)}, expected the id of the path`);
  const reason = isThere && body.url === undefined ? undefined : faultOf(body);
  if (reason !== undefined) throw invalidBody(reason);
  return { ...body, id } as unknown as WantedRequest & { readonly id: string };
}

/** @throws InvalidParameterError */
export function acceptFilter(given: readonly string[] | undefined): RequestsWindow['filter'] {
  const wrong = given?.find((one) => one !== 'locked' && one !== 'pending');
  if (wrong !== undefined) throw new InvalidParameterError('filter', wrong, 'locked, pending, or both');
  return given as RequestsWindow['filter'];
}

function acceptList(body: Json): readonly Json[] {
  if (!Array.isArray(body)) throw invalidBody(`got ${kindOf(body)}, expected an array of requests`);
  if (body.length > 0 && body.length <= mostInBatch) return body;
  throw invalidBody(`got ${body.length} requests, expected 1 to ${mostInBatch}`);
}

function faultOf(value: Json): string | undefined {
  if (!isItem(value)) return `got ${kindOf(value)}, expected a request, which is an object`;
  if (typeof value.url !== 'string' || value.url === '') return 'a request needs a `url`';
  const { uniqueKey } = value;
  return uniqueKey === undefined || typeof uniqueKey === 'string' ? undefined : 'the `uniqueKey` of a request must be text';
}
