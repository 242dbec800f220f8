import { type CheckedSource, type Source, wholeWindow } from '@dataset-items/sources';
import { credentialsOf, forUpstream, type HeaderLines, valuesOf } from '../header-lines.js';
import { askForItems } from './ask-for-items.js';
import type { ItemsCall, ItemsServices } from './call.js';
import type { DatasetObject } from './dataset.js';
import { describedDataset } from './described.js';
import { accessQuery, ofBytes } from './query.js';
import { storedItems } from './stored-items.js';

export interface KeptItems {
  readonly source: CheckedSource;
  readonly version: string;
  /** Of the response from which the version was taken. */
  readonly headers: HeaderLines;
}

/**
 * All stored items of a dataset from the cache, which fetches them if necessary. The version is requested from the upstream each time, with
 * the caller's own access. `undefined`: there is no cache, it cannot keep these items, or their version is not known.
 */
export async function keptItems(
  call: ItemsCall,
  dataset: DatasetObject | undefined,
  services: ItemsServices,
): Promise<KeptItems | undefined> {
  const { cache, upstream, itemsOptions } = services;
  const { request, incoming, target, route } = call;
  if (cache === undefined || route.datasetPath === undefined) return undefined;
  const known = versionOf(dataset) ?? (await taggedVersion(call, services));
  if (known === undefined) return undefined;
  const source = await cache.find({
    who: [
      upstream.origin,
      target.path,
      String(accessQuery(target.query, itemsOptions.formats)),
      `${itemsOptions.maxDepth}`,
      JSON.stringify(credentialsOf(incoming.rawHeaders)),
    ],
    version: known.version,
    open: (signal) => openAll(call, services, signal),
    isCurrent: async (count, signal) => {
      if (dataset === undefined) return (await taggedVersion(call, services, signal))?.version === known.version;
      const now = await describedDataset(call, services, signal);
      return versionOf(now)?.version === known.version && now?.itemCount === count;
    },
    signal: request.signal,
  });
  return source && { source, ...known };
}

type Versioned = Pick<KeptItems, 'version' | 'headers'>;

function versionOf(dataset: DatasetObject | undefined): Versioned | undefined {
  const { modifiedAt, itemCount, id, headers = [] } = dataset ?? {};
  if (modifiedAt === undefined || itemCount === undefined) return undefined;
  return { version: JSON.stringify([id, modifiedAt, itemCount]), headers };
}

/** The `ETag` of the items as their version, for callers who may read the items but not the dataset, such as with a signed URL. */
async function taggedVersion(
  call: ItemsCall,
  services: ItemsServices,
  signal = call.request.signal,
): Promise<Versioned | undefined> {
  const { status, headers, body } = await askForAll(call, services, 'HEAD', signal);
  body.destroy();
  const [tag] = valuesOf(headers, 'etag');
  return status === 200 && tag !== undefined ? { version: tag, headers } : undefined;
}

async function openAll(call: ItemsCall, services: ItemsServices, signal: AbortSignal): Promise<Source | undefined> {
  const answer = await askForAll(call, services, 'GET', signal);
  if (answer.status !== 200) {
    answer.body.destroy();
    return undefined;
  }
  const { maxDepth, temporaryDirectory } = services.itemsOptions;
  const { name } = call.route;
  const facts = { id: name, name, modifiedAt: undefined };
  return storedItems({
    answer,
    origin: services.upstream.origin,
    facts,
    total: undefined,
    limit: wholeWindow.limit,
    maxDepth,
    temporaryDirectory,
  });
}

function askForAll({ incoming, target, route }: ItemsCall, services: ItemsServices, method: string, signal: AbortSignal) {
  const { upstream, formatMemory, itemsOptions } = services;
  const headers = forUpstream(incoming.rawHeaders, ofBytes);
  const { path, query } = target;
  const question = {
    method,
    path,
    query,
    route,
    headers,
    signal,
    window: wholeWindow,
    formats: itemsOptions.formats,
    body: undefined,
  };
  return askForItems(question, upstream, formatMemory);
}
