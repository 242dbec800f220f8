import { apiEndpoints } from './routes/api-endpoints.js';
import { routes } from './routes/index.js';

/** An endpoint of the public API or of the emulator alone. */
export interface Endpoint {
  readonly method: string;
  /** `/v2/datasets/:datasetId` */
  readonly path: string;
  /** `undefined`: it is not served, and answers 501. */
  readonly summary: string | undefined;
  /** Where it is not as the API's. */
  readonly differs?: string | undefined;
}

const served: readonly Endpoint[] = routes.map(({ method, path, summary, differs }) => ({ method, path, summary, differs }));
const keys = new Set(served.map(keyOf));

/** Every endpoint: those that are served, then those of the API that are not. */
export const endpoints: readonly Endpoint[] = [
  ...served,
  ...apiEndpoints
    .filter((endpoint) => !keys.has(keyOf(endpoint)))
    .map(({ method, path }) => ({ method, path, summary: undefined })),
];

/** Names of segments do not matter. */
function keyOf({ method, path }: Pick<Endpoint, 'method' | 'path'>): string {
  return `${method} ${path.replace(/:[^/]+/g, ':')}`;
}
