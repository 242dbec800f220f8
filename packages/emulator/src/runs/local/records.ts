import { readdir, readFile, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { InvalidKeyError, RecordTooLargeError, type StoredKeyValues } from '../../key-value/store.js';
import { describe, guess, isMetadata, keyOf, metadataOf } from '../../storage/crawlee/record-names.js';
import { missingPathIsUndefined } from '../../storage/disk.js';
import type { OpenRunLog } from '../log/run-log.js';

/** Milliseconds without a change after which a file counts as complete. */
const settled = 200;

export interface RecordFiles {
  /** Remembers the existing files as known. */
  note(): Promise<void>;
  /** Stores new and changed records. */
  takeMore(): Promise<void>;
  /** The same, after the process has ended. Records whose files were removed are deleted. */
  takeRest(): Promise<void>;
}

interface Seen {
  readonly key: string;
  readonly state: string;
}

/** What files have, by name. */
export type KnownFiles = Readonly<Record<string, Uint8Array>>;

/**
 * Copies the records of a Crawlee directory, one file per record; the file name gives key and content type.
 * @param known files that are not copied unless they have something else
 */
export function recordFiles(directory: string, keyValues: StoredKeyValues, log: OpenRunLog, known: KnownFiles): RecordFiles {
  const seen = new Map<string, Seen>();
  const namesNow = async (): Promise<string[]> => (await readdir(directory).catch(missingPathIsUndefined)) ?? [];
  const take = async (isLast: boolean): Promise<Set<string>> => {
    const names = new Set(await namesNow());
    for (const name of names) {
      if (isMetadata(name)) continue;
      const path = join(directory, name);
      const found = await stat(path).catch(missingPathIsUndefined);
      if (found === undefined || !found.isFile()) continue;
      if (!isLast && Date.now() - found.mtimeMs < settled) continue;
      const beside = metadataOf(name, names);
      const state = `${found.mtimeMs} ${found.size} ${beside}`;
      const before = seen.get(name);
      if (before?.state === state) continue;
      const value = await readFile(path).catch(missingPathIsUndefined);
      const described = await describe(directory, name, beside);
      if (value === undefined || (described === undefined && !isLast)) continue;
      if (known[name] !== undefined && value.equals(known[name])) continue;
      const { key, contentType } = described ?? guess(name);
      if (before !== undefined && before.key !== key) await keyValues.delete(before.key);
      seen.set(name, { key, state });
      await keyValues.set(key, contentType, value).catch((error: unknown) => {
        if (!(error instanceof InvalidKeyError || error instanceof RecordTooLargeError)) throw error;
        log.write(`${name} was skipped: ${error.message}`);
      });
    }
    return names;
  };
  return {
    async note() {
      for (const name of await namesNow()) {
        const { mtimeMs, size } = await stat(join(directory, name));
        seen.set(name, { key: keyOf(name), state: `${mtimeMs} ${size} ${undefined}` });
      }
    },
    async takeMore() {
      await take(false);
    },
    async takeRest() {
      const names = await take(true);
      for (const [name, { key }] of seen) if (!names.has(name)) await keyValues.delete(key);
    },
  };
}
