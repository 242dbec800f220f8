import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isItem } from '@dataset-items/query-pipeline';
import { missingIsUndefined, replaceFile } from '../disk.js';
import { idOf, newSecretKey } from '../identifiers.js';
import type { DatasetFacts } from '../store.js';
import { metadataFile } from './item-files.js';

/** The properties of a dataset that Crawlee created, without those that are counted from its files. */
export type ForeignRecord = Omit<DatasetFacts, 'modifiedAt' | 'itemCount' | 'cleanItemCount' | 'bytes'>;

/** The properties from Crawlee's metadata, or from the directory where the metadata lacks them. */
export async function foreignRecord(directory: string): Promise<ForeignRecord> {
  const folder = basename(directory);
  const metadata = await readMetadata(directory);
  const { birthtime } = await stat(directory);
  const dateOf = (value: unknown): Date => {
    const date = new Date(typeof value === 'string' ? value : Number.NaN);
    return Number.isNaN(date.getTime()) ? birthtime : date;
  };
  const { id, name } = metadata;
  return {
    id: typeof id === 'string' && id !== '' ? id : idOf(folder),
    name: typeof name === 'string' && name !== '' ? name : nameOf(folder),
    createdAt: dateOf(metadata.createdAt),
    accessedAt: dateOf(metadata.accessedAt),
    urlSigningSecretKey: newSecretKey(),
  };
}

/** Updates the item count in Crawlee's metadata, if it has one, because Crawlee uses it instead of counting files. */
export async function updateItemCount(directory: string, itemCount: number, fsync: boolean): Promise<void> {
  const metadata = await readMetadata(directory);
  if (Object.keys(metadata).length === 0) return;
  const now = new Date().toISOString();
  const text = JSON.stringify({ ...metadata, itemCount, modifiedAt: now, accessedAt: now }, undefined, '\t');
  await replaceFile(join(directory, metadataFile), text, fsync);
}

/** Empty if the file does not exist or is being written. */
async function readMetadata(directory: string): Promise<Readonly<Record<string, unknown>>> {
  const text = await readFile(join(directory, metadataFile), 'utf8').catch(missingIsUndefined);
  try {
    const value = JSON.parse(text ?? '{}');
    return isItem(value) ? value : {};
  } catch (error) {
    if (error instanceof SyntaxError) return {};
    throw error;
  }
}

/** The name of a dataset from its folder. Folders of unnamed datasets have the id as their name. */
function nameOf(folder: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(folder) ? undefined : folder;
}
