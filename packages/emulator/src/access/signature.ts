import { createHmac } from 'node:crypto';
import { isSame } from './same.js';

/** What a signed URL opens: what a dataset or a store holds. */
export interface Signed {
  readonly id: string;
  readonly secretKey: string;
  /** A single record: its URL never expires, and is signed in a way of its own. */
  readonly isRecord?: true;
}

const VERSION = 0;

/**
 * The `signature` of a URL that opens one thing without a token, as the clients make it.
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

/** Whether a signature is of this thing and has not expired. */
export function isSignatureOf(signed: Signed, signature: string, now = Date.now()): boolean {
  if (signed.isRecord) return isSame(signature, signatureOf(signed));
  const [, expiry] =
    Buffer.from(signature, 'base64url')
      .toString('latin1')
      .match(/^0\.(\d{1,16})\./) ?? [];
  if (expiry === undefined) return false;
  const expiresAt = Number(expiry);
  return isSame(signature, signatureOf(signed, expiresAt)) && (expiresAt === 0 || now < expiresAt);
}

const digits = '0123456789abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ';

function base62(value: bigint): string {
  const rest = value / 62n;
  return (rest === 0n ? '' : base62(rest)) + digits[Number(value % 62n)];
}
