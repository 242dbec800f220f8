import { randomInt } from 'node:crypto';

export const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** 17 characters of 0-9A-Za-z, as ids of the API are. */
export function newId(): string {
  return randomCharacters(17);
}

/** What signatures of a dataset's public URLs are made with. */
export function newSecretKey(): string {
  return randomCharacters(24);
}

function randomCharacters(length: number): string {
  return Array.from({ length }, () => characters[randomInt(characters.length)]).join('');
}
