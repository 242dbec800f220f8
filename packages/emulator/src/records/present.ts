import { type Signed, signatureOf } from '../access/signature.js';
import type { Keys, KeysWindow, StoredKeyValues } from '../key-value/index.js';
import type { Call } from '../routes/route.js';
import { userId, username } from '../user.js';

type Asked = Pick<Call, 'origin' | 'isGuest'>;

/** A key-value store as lists show it: what has no value is absent. */
export function presentListedStore(call: Asked, store: StoredKeyValues): Record<string, unknown> {
  return Object.fromEntries(Object.entries(presentStore(call, store)).filter(([, value]) => value !== null));
}

/** A key-value store as the API shows it. */
export function presentStore({ origin, isGuest }: Asked, store: StoredKeyValues): Record<string, unknown> {
  const { id, name = null, title = null, createdAt, modifiedAt, accessedAt, urlSigningSecretKey, actorId, runId } = store.facts;
  const { generalAccess = 'FOLLOW_USER_SETTING' } = store.facts;
  const keys = `${origin}/v2/key-value-stores/${id}/keys`;
  return {
    id,
    name,
    title,
    userId,
    username,
    createdAt,
    modifiedAt,
    accessedAt,
    actId: actorId ?? null,
    actRunId: runId ?? null,
    // The emulator has no console; a browser can show the list of keys.
    consoleUrl: keys,
    ...(isGuest
      ? { keysPublicUrl: keys }
      : { keysPublicUrl: `${keys}?signature=${signatureOf(signedStore(store))}`, urlSigningSecretKey }),
    generalAccess,
    stats: {},
  };
}

export function presentKeys(
  { origin, isGuest }: Asked,
  store: StoredKeyValues,
  { items, isTruncated, nextExclusiveStartKey }: Keys,
  { limit, exclusiveStartKey }: KeysWindow,
): Record<string, unknown> {
  // Read once, because they are made anew each time.
  const { facts } = store;
  const records = `${origin}/v2/key-value-stores/${facts.id}/records`;
  const at = (key: string): string => {
    const record = `${records}/${encodeURIComponent(key)}`;
    return isGuest ? record : `${record}?signature=${signatureOf(signedRecord({ facts }, key))}`;
  };
  return {
    items: items.map(({ key, size }) => ({ key, size, recordPublicUrl: at(key) })),
    count: items.length,
    limit,
    exclusiveStartKey: exclusiveStartKey ?? null,
    isTruncated,
    nextExclusiveStartKey: nextExclusiveStartKey ?? null,
  };
}

/** The resource for the signature in the URL of a store's keys. */
export function signedStore({ facts: { id, urlSigningSecretKey } }: StoredKeyValues): Signed {
  return { id, secretKey: urlSigningSecretKey };
}

/** The resource for the signature in the URL of a record. */
export function signedRecord({ facts: { urlSigningSecretKey } }: Pick<StoredKeyValues, 'facts'>, key: string): Signed {
  return { id: key, secretKey: urlSigningSecretKey, isRecord: true };
}
