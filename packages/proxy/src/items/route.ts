import type { Target } from '../target.js';

/** A request for the items of a dataset. */
export interface ItemsRoute {
  /** The path of the dataset. `undefined`: the request starts a run, which creates the dataset. */
  readonly datasetPath: string | undefined;
  /** Id or name in the path, decoded: of the dataset, run, task or actor. */
  readonly name: string;
}

const stored =
  /^\/v2\/(?:datasets\/([^/]+)|actor-runs\/([^/]+)\/dataset|(?:actor-tasks|actors|acts)\/([^/]+)\/runs\/last\/dataset)\/items$/;
const runSync = /^\/v2\/(?:actor-tasks|actors|acts)\/([^/]+)\/run-sync-get-dataset-items$/;

/** `undefined`: it is another request, or its parameter `method` changes its method, so that only the upstream can answer it. */
export function itemsRoute(method: string, { path, query }: Target): ItemsRoute | undefined {
  if (query.get('method')) return undefined;
  if (method === 'GET' || method === 'HEAD') {
    const [, ...names] = stored.exec(path) ?? [];
    const name = names.find((each) => each !== undefined);
    if (name !== undefined) return { datasetPath: path.slice(0, -'/items'.length), name: decoded(name) };
  }
  const [, starts] = (method === 'GET' || method === 'POST' ? runSync.exec(path) : null) ?? [];
  return starts === undefined ? undefined : { datasetPath: undefined, name: decoded(starts) };
}

function decoded(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}
