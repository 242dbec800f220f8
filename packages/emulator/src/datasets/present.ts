import { type Signed, signatureOf } from '../access/signature.js';
import type { Call } from '../routes/route.js';
import type { StoredDataset } from '../storage/index.js';
import { userId, username } from '../user.js';

/** A dataset as the API shows it (schema `Dataset`). */
export async function presentDataset(
  { origin, isGuest }: Pick<Call, 'origin' | 'isGuest'>,
  dataset: StoredDataset,
): Promise<Record<string, unknown>> {
  const { id, name = null, title = null, schema = null, urlSigningSecretKey } = dataset.facts;
  const items = `${origin}/v2/datasets/${id}/items`;
  return {
    ...common(dataset),
    name,
    title,
    fields: await dataset.leafPaths(),
    schema,
    // The emulator has no console; a browser can show the items.
    consoleUrl: `${items}?format=html`,
    ...(isGuest
      ? { itemsPublicUrl: items }
      : { itemsPublicUrl: `${items}?signature=${signatureOf(signedDataset(dataset))}`, urlSigningSecretKey }),
  };
}

/** A dataset as lists show it (schema `DatasetListItem`, whose `name` is never null). */
export function presentListedDataset(dataset: StoredDataset): Record<string, unknown> {
  const { name = '', title } = dataset.facts;
  return { ...common(dataset), name, ...(title !== undefined && { title }), username };
}

/** The resource for the signature in the URL of a dataset's items. */
export function signedDataset({ facts: { id, urlSigningSecretKey } }: StoredDataset): Signed {
  return { id, secretKey: urlSigningSecretKey };
}

function common({ facts }: StoredDataset): Record<string, unknown> {
  const { id, createdAt, modifiedAt, accessedAt, itemCount, cleanItemCount, actorId = null, runId = null, bytes } = facts;
  const { generalAccess = 'FOLLOW_USER_SETTING' } = facts;
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
    generalAccess,
    stats: { storageBytes: bytes, inflatedBytes: bytes },
  };
}
