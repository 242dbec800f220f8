import { crc32 } from 'node:zlib';
import type { Put } from './changes.js';

/** One kind of entries: the name of their sublevel, and how a value becomes bytes. */
export interface Kind<V> {
  readonly name: string;
  readonly encode: (value: V) => Uint8Array;
  readonly decode: (bytes: Uint8Array) => V;
}

/** @param revive restores values that JSON does not have, such as dates, in parsed JSON */
export function jsonKind<V>(name: string, revive: (parsed: V) => V = (parsed) => parsed): Kind<V> {
  return {
    name,
    encode: (value) => Buffer.from(JSON.stringify(value)),
    decode: (bytes) => revive(JSON.parse(Buffer.from(bytes.buffer, bytes.byteOffset, bytes.length).toString())),
  };
}

export function bytesKind(name: string): Kind<Uint8Array> {
  return { name, encode: (bytes) => bytes, decode: (bytes) => bytes };
}

const SUM_BYTES = 4;

/** How a database stores values. */
export interface Storing {
  /** What is stored of a value. */
  store(key: string, put: Put): unknown;
  /** The value; `undefined`: the entry is damaged. */
  read<V>(kind: Kind<V>, key: string, stored: unknown): V | undefined;
}

/** Values in memory are stored as they are: whoever gets one must not change it. */
export const asTheyAre: Storing = {
  store: (_, { value }) => ({ value }),
  read: <V>(_: Kind<V>, _key: string, stored: unknown) => (stored as { readonly value: V }).value,
};

/** The database itself does not check its tables when it reads them, so each value has a checksum of its key and its bytes. */
export const sealed: Storing = {
  store: (key, { encode }) => seal(key, encode()),
  read(kind, key, stored) {
    const bytes = unseal(key, stored as Buffer);
    return bytes === undefined ? undefined : kind.decode(bytes);
  },
};

function seal(key: string, bytes: Uint8Array): Buffer {
  const sealed = Buffer.allocUnsafe(SUM_BYTES + bytes.length);
  sealed.writeUInt32LE(crc32(bytes, crc32(key)), 0);
  sealed.set(bytes, SUM_BYTES);
  return sealed;
}

/** The bytes of a value. `undefined`: the key or the bytes are damaged. */
function unseal(key: string, sealed: Uint8Array): Uint8Array | undefined {
  if (sealed.length < SUM_BYTES) return undefined;
  const bytes = sealed.subarray(SUM_BYTES);
  const sum = Buffer.from(sealed.buffer, sealed.byteOffset, SUM_BYTES).readUInt32LE(0);
  return crc32(bytes, crc32(key)) === sum ? bytes : undefined;
}

/** A number as a key. Keys sort like their numbers. */
export function numberKey(number: number): string {
  return number.toString(36).padStart(9, '0');
}
