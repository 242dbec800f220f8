import { createHash, randomInt } from 'node:crypto';

const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 17 characters of 0-9A-Za-z, as ids of the API are. */
export function newId(): string {
  return randomCharacters(17);
}

/** An id that is the same for the same text, so that links to it last. */
export function idOf(text: string): string {
  const hash = createHash('sha256').update(text).digest();
  return Array.from(hash.subarray(0, 17), (byte) => characters[byte % characters.length]).join('');
}

/** What signatures of a dataset's public URLs are made with. */
export function newSecretKey(): string {
  return randomCharacters(24);
}

function randomCharacters(length: number): string {
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}
