import { RefusedRequestError } from '@dataset-items/http';
import { refusal } from '../refusal.js';
import { type ApiEndpoint, apiEndpoints } from './api-endpoints.js';
import { isAt } from './paths.js';

/** What to do where an endpoint of the API is not served: the first of these whose pattern matches its path. */
const alternatives: readonly (readonly [path: RegExp, instead: string])[] = [
  [/\/env-vars/, 'set `env` of the actor in emulator.json; actors made over the API run in the local runtime of the vendor'],
  [
    /^\/v2\/actors(\/:actorId)?$|\/versions/,
    'declare the actor in emulator.json; `apify push` needs the API itself or the local runtime of the vendor',
  ],
  [/builds/, 'declare builds in emulator.json; they are read from the folder of the actor and need no building'],
  [/\/actor-tasks\/:actorTaskId\/(un)?publish$/, 'nothing is published here; every caller sees every task'],
  [/\/runs\/|actor-runs/, 'use the path of the storage or the run itself'],
  [/\/limits$/, 'set the limits when the emulator starts'],
  [/^\/v2\/(browser-info|tools)/, 'use the API itself; it works without the data of an account'],
];

/** What a caller can do instead of a call of an endpoint that is not served. */
export function insteadOf({ path }: ApiEndpoint): string {
  return alternatives.find(([pattern]) => pattern.test(path))?.[1] ?? 'use the API itself';
}

/**
 * Refuses an endpoint of the API that the emulator does not serve. Clients send a request again after a 429 and any 5xx, take a 404 for a
 * missing record, a 400 for an actor that does not exist, and a 401 or 403 for a wrong token; a 405 they report at once.
 * @param path in the form of routes
 * @param allow the methods that are served there
 */
export function refuseUnserved(method: string, path: string, asked: string, allow: string): void {
  const found = apiEndpoints.find((endpoint) => endpoint.method === method && isAt(endpoint.path, path));
  if (found === undefined) return;
  throw new RefusedRequestError(
    refusal('not-implemented'),
    `${method} ${found.path} of the API is not emulated (asked for as ${asked}): ${insteadOf(found)}`,
    { headers: { allow } },
  );
}
