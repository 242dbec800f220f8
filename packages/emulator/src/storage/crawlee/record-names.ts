import { readFile } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { missingPathIsUndefined } from '../disk.js';
import { contentTypeOf } from './content-types.js';

/** Whether a file has Crawlee's own data about a store or about one record. */
export function isMetadata(name: string): boolean {
  return /(^|\.)__metadata__\.json$/.test(name);
}

/** The key of a record, from the name of its file. */
export function keyOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

export interface Described {
  readonly key: string;
  readonly contentType: string;
}

/** Key and content type of a record, from the name of its file alone. */
export function guess(name: string): Described {
  return { key: keyOf(name), contentType: contentTypeOf(name) };
}

/** Name of the metadata file of a record, if there is one. @param names all files of the directory */
export function metadataOf(name: string, names: ReadonlySet<string>): string | undefined {
  return [name, keyOf(name)].map((base) => `${base}.__metadata__.json`).find((metadata) => names.has(metadata));
}

/** Key and content type of a record, from its metadata file or else from the name of its file. `undefined`: the metadata is incomplete. */
export async function describe(directory: string, name: string, beside: string | undefined): Promise<Described | undefined> {
  const guessed = guess(name);
  const text = beside && (await readFile(join(directory, beside), 'utf8').catch(missingPathIsUndefined));
  if (text === undefined) return guessed;
  try {
    const parsed = JSON.parse(text);
    // Crawlee for JavaScript encodes the metadata as JSON twice.
    const metadata = typeof parsed === 'string' ? JSON.parse(parsed) : parsed;
    const { key = guessed.key, contentType, content_type = contentType ?? guessed.contentType } = metadata;
    return { key: String(key), contentType: String(content_type) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
