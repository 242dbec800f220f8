import { createHash } from 'node:crypto';

const characters = '0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz';

/** An id of 17 characters (0-9A-Za-z), always the same for the same names, also after a restart. */
export function stableId(...names: readonly string[]): string {
  let rest = BigInt(`0x${createHash('sha256').update(JSON.stringify(names)).digest('hex')}`);
  let id = '';
  while (id.length < 17) {
    id += characters[Number(rest % 62n)];
    rest /= 62n;
  }
  return id;
}
