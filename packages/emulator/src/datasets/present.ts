import { type Signed, signatureOf } from '../access/signature.js';
import type { Call } from '../routes/route.js';
import type { StoredDataset } from '../storage/index.js';
import { userId, username } from '../user.js';

/** A dataset as the API shows it (api-schemas: Dataset). */
export function presentDataset({ origin }: Pick<Call, 'origin'>, dataset: StoredDataset): Record<string, unknown> {
  const { id, name = null, title = null, schema = null, urlSigningSecretKey } = dataset.facts;
  const items = `${origin}/v2/datasets/${id}/items`;
  return {
    ...common(dataset),
    name,
    title,
    fields: Object.keys(dataset.statistics()),
    schema,
    // There is no console; this is what a browser can show.
    consoleUrl: `${items}?format=html`,
    itemsPublicUrl: `${items}?signature=${signatureOf(signedDataset(dataset))}`,
    urlSigningSecretKey,
  };
}

/** A dataset as lists show it (api-schemas: DatasetListItem, whose `name` is never null). */
export function presentListedDataset(dataset: StoredDataset): Record<string, unknown> {
  const { name = '', title = null } = dataset.facts;
  return { ...common(dataset), name, title, username };
}

/** What a signature in the URL of a dataset's items is of. */
export function signedDataset({ facts: { id, urlSigningSecretKey } }: StoredDataset): Signed {
  return { id, secretKey: urlSigningSecretKey };
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
