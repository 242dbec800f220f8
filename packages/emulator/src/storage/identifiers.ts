import { createHash, randomInt } from 'node:crypto';

const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** A new id of 17 characters of 0-9A-Za-z, as in the API. */
export function newId(): string {
  return randomCharacters(17);
}

/** An id that is always the same for the same text, so that links stay valid. */
export function idOf(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  return Array.from(hash.subarray(0, 17), (byte) => characters[byte % characters.length]).join('');
}

/** A new secret key for the signatures of public URLs. */
export function newSecretKey(): string {
  return randomCharacters(24);
}

function randomCharacters(length: number): string {
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}
