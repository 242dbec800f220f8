import { apiEndpoints } from './routes/api-endpoints.js';
import { routes } from './routes/index.js';
import { insteadOf } from './routes/unserved.js';

/** An endpoint of the public API or of the emulator alone. */
export interface Endpoint {
  readonly method: string;
  /** `/v2/datasets/:datasetId` */
  readonly path: string;
  /** `undefined`: it is not served, and the response is a 405. */
  readonly summary: string | undefined;
  /** How it differs from the endpoint of the API. */
  readonly differs?: string | undefined;
  /** What to do instead if it is not served. */
  readonly instead?: string | undefined;
}

const served: readonly Endpoint[] = routes.map(({ method, path, summary, differs }) => ({ method, path, summary, differs }));
const keys = new Set(served.map(keyOf));

/** All endpoints: first those that are served, then those of the API that are not. */
export const endpoints: readonly Endpoint[] = [
  ...served,
  ...apiEndpoints
    .filter((endpoint) => !keys.has(keyOf(endpoint)))
    .map((endpoint) => ({ ...endpoint, summary: undefined, instead: insteadOf(endpoint) })),
];

/** A key of an endpoint without the names of its segments. */
function keyOf({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path.replace(/:[^/]+/g, ':')}`;
}
