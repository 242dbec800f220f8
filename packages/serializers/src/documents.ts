import type { ByteWriter } from './bytes.js';

/** Batches of what a writer of its own writes, one by one. */
export interface Written {
  readonly batches: AsyncIterable<readonly unknown[]>;
  write(writer: ByteWriter, record: unknown): void;
}

/** A field of listed records. */
export interface Place {
  readonly name: string;
  /** Among the values. */
  readonly at: number;
}

/** The fields in the order that a record built of them would have; `undefined` where names meet in it. */
export function placesOf(names: readonly string[]): Place[] | undefined {
  const places = Object.fromEntries(names.map((name, at) => [name, at]));
  const fields = Object.keys(places);
  return fields.length < names.length ? undefined : fields.map((name) => ({ name, at: places[name] as number }));
}

/** Whether documents can be written of the values of such fields: names that mean more than themselves, or meet, take a record. */
export function canList(names: readonly string[]): boolean {
  return placesOf(names) !== undefined && !names.includes('@') && !names.includes('#');
}
