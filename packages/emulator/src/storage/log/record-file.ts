import { readFile } from 'node:fs/promises';
import { isItem, type Json } from '@dataset-items/query-pipeline';
import type { DatasetRecord } from '../shelf.js';
import type { KeptTally } from '../tally.js';

/** What is known of the items when the record was written. */
export interface KeptState {
  /** Bytes of the file of items, or their number where each has a file. */
  readonly size: number;
  readonly modifiedAt: string | undefined;
  readonly tally: KeptTally;
}

export interface Kept {
  readonly record: DatasetRecord;
  readonly state: KeptState;
}

export function writeRecord(record: DatasetRecord, state: KeptState): string {
  return `${JSON.stringify({ version, ...record, state }, undefined, 2)}\n`;
}

/** `undefined` where there is no such file, or where it is not what `writeRecord` wrote. */
export async function readRecord(path: string): Promise<Kept | undefined> {
  const text = await readFile(path, 'utf8').catch((error: NodeJS.ErrnoException) => {
    if (error.code === 'ENOENT') return undefined;
    throw error;
  });
  return text === undefined ? undefined : parseRecord(text);
}

/** Of the way in which records are written. */
const version = 1;

function parseRecord(text: string): Kept | undefined {
  const value = parseJson(text);
  if (value === undefined || !isItem(value) || value.version !== version) return undefined;
  const { version: _, state, createdAt, accessedAt, ...rest } = value as unknown as Record<string, unknown>;
  const record = { ...rest, createdAt: new Date(String(createdAt)), accessedAt: new Date(String(accessedAt)) };
  return { record: record as DatasetRecord, state: state as KeptState };
}

function parseJson(text: string): Json | undefined {
  try {
    return JSON.parse(text) as Json;
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
