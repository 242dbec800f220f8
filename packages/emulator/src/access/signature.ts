import { createHmac } from 'node:crypto';
import { isSame } from './same.js';

/** The resource of a signed URL: the content of a dataset or a store. */
export interface Signed {
  readonly id: string;
  readonly secretKey: string;
  /** It is a single record, whose URL never expires and is signed in another way. */
  readonly isRecord?: true;
}

const VERSION = 0;
/** The beginning of a signed text, except for records: the version and the time of expiry. */
const versioned = /^0\.(\d{1,16})\./;

/**
 * The `signature` of a URL that gives access to one resource without a token, in the same form as the clients make it.
 * @param expiresAt milliseconds since 1970; 0: never
 */
export function signatureOf({ id, secretKey, isRecord }: Signed, expiresAt = 0): string {
  const digest = (text: string): string => {
    const hex = createHmac('sha256', secretKey).update(text).digest('hex').slice(0, 30);
    return base62(BigInt(`0x${hex}`));
  };
  if (isRecord) return digest(id);
  return Buffer.from(`${VERSION}.${expiresAt}.${digest(`${VERSION}.${expiresAt}.${id}`)}`).toString('base64url');
}

/** Whether a signature was made for this resource and has not expired. */
export function isSignatureOf(signed: Signed, signature: string, now = Date.now()): boolean {
  // A record key that looks like the signed text for the keys of a store is refused, because its signature would be valid for both.
  if (signed.isRecord) return !versioned.test(signed.id) && isSame(signature, signatureOf(signed));
  const [, expiry] = Buffer.from(signature, 'base64url').toString('latin1').match(versioned) ?? [];
  if (expiry === undefined) return false;
  const expiresAt = Number(expiry);
  return isSame(signature, signatureOf(signed, expiresAt)) && (expiresAt === 0 || now < expiresAt);
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function base62(value: bigint): string {
  const rest = value / 62n;
  return (rest === 0n ? '' : base62(rest)) + digits[Number(value % 62n)];
}
