import { type Item, isItem } from '@dataset-items/query-pipeline';
import type { KeyValueRecord, StoredKeyValues } from '../key-value/store.js';

/** Reads secret values of inputs, which are stored encrypted. */
export interface InputReader {
  /** The input with its secret values as they were given. */
  reveal(input: Item): Promise<Item>;
  /** The environment variables with which the SDK does the same. */
  environment(): Readonly<Record<string, string>>;
}

/** For inputs without secret values. */
export const plainInputs: InputReader = { reveal: async (input) => input, environment: () => ({}) };

/** The record with the input of a run as its actor wants it: with secret values as they were given. */
export async function inputOf(
  keyValues: StoredKeyValues,
  key: string,
  secrets: InputReader,
): Promise<KeyValueRecord | undefined> {
  const record = await keyValues.get(key);
  if (record === undefined || !/^application\/json\b/.test(record.contentType)) return record;
  const input: unknown = JSON.parse(Buffer.from(record.value).toString());
  if (!isItem(input)) return record;
  const revealed = await secrets.reveal(input);
  return revealed === input ? record : { ...record, value: Buffer.from(JSON.stringify(revealed)) };
}
