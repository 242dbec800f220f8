import { readFile, stat } from 'node:fs/promises';
import { basename, join } from 'node:path';
import { isItem } from '@dataset-items/query-pipeline';
import { replaceFile } from '../disk.js';
import { idOf, newSecretKey } from '../identifiers.js';
import type { DatasetRecord } from '../shelf.js';
import { metadataFile, missingIsUndefined } from './item-files.js';

/** What Crawlee and the directory itself tell of a dataset. */
export async function foreignRecord(directory: string): Promise<DatasetRecord> {
  const folder = basename(directory);
  const told = await readMetadata(directory);
  const { birthtime } = await stat(directory);
  const dateOf = (value: unknown): Date => {
    const date = new Date(typeof value === 'string' ? value : Number.NaN);
    return Number.isNaN(date.getTime()) ? birthtime : date;
  };
  const { id, name } = told;
  return {
    id: typeof id === 'string' && id !== '' ? id : idOf(folder),
    name: typeof name === 'string' && name !== '' ? name : nameOf(folder),
    createdAt: dateOf(told.createdAt),
    accessedAt: dateOf(told.accessedAt),
    urlSigningSecretKey: newSecretKey(),
  };
}

/** Crawlee believes its count rather than the files, where it wrote one. */
export async function tellCrawlee(directory: string, itemCount: number, fsync: boolean): Promise<void> {
  const told = await readMetadata(directory);
  if (Object.keys(told).length === 0) return;
  const now = new Date().toISOString();
  const text = JSON.stringify({ ...told, itemCount, modifiedAt: now, accessedAt: now }, undefined, '\t');
  await replaceFile(join(directory, metadataFile), text, fsync);
}

/** Empty where there is none, or where it is being written just now. */
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

/** Folders of unnamed datasets are called after their id. */
function nameOf(folder: string): string | undefined {
  return /^[0-9a-f]{8}(-[0-9a-f]{4}){3}-[0-9a-f]{12}$/i.test(folder) ? undefined : folder;
}
