import { createHash, timingSafeEqual } from 'node:crypto';

/** Compares secrets in constant time, so that the time does not show how much of a secret is right. */
export function isSame(given: string, wanted: string): boolean {
  return timingSafeEqual(digestOf(given), digestOf(wanted));
}

function digestOf(text: string): Buffer {
  return createHash('sha256').update(text).digest();
}
