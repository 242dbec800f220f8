import type { Call } from '../routes/route.js';
import type { StoredDataset } from '../storage/index.js';
import { userId } from '../user.js';

/** A dataset as the API shows it (api-schemas: Dataset). */
export function presentDataset({ origin }: Pick<Call, 'origin'>, dataset: StoredDataset): Record<string, unknown> {
  const { id, name = null, title = null, schema = null, urlSigningSecretKey } = dataset.facts;
  const url = `${origin}/v2/datasets/${id}`;
  return {
    ...common(dataset),
    name,
    title,
    fields: Object.keys(dataset.statistics()),
    schema,
    // There is no console; this is what a browser can show.
    consoleUrl: `${url}/items?format=html`,
    itemsPublicUrl: `${url}/items`,
    urlSigningSecretKey,
  };
}

/** A dataset as lists show it (api-schemas: DatasetListItem, whose `name` is never null). */
export function presentListedDataset(dataset: StoredDataset): Record<string, unknown> {
  const { name = '', title = null } = dataset.facts;
  return { ...common(dataset), name, title };
}

function common({ facts }: StoredDataset): Record<string, unknown> {
  const { id, createdAt, modifiedAt, accessedAt, itemCount, cleanItemCount, actorId = null, runId = null, bytes } = facts;
  return {
    id,
    userId,
    createdAt,
    modifiedAt,
    accessedAt,
    itemCount,
    cleanItemCount,
    actId: actorId,
    actRunId: runId,
    generalAccess: 'FOLLOW_USER_SETTING',
    stats: { storageBytes: bytes, inflatedBytes: bytes },
  };
}
