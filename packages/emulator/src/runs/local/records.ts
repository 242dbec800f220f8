import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { InvalidKeyError, RecordTooLargeError, type StoredKeyValues } from '../../key-value/store.js';
import type { OpenRunLog } from '../log/run-log.js';
import { contentTypeOf } from './content-types.js';
import { goneOrThrow } from './items.js';

/** Milliseconds for which a file must not have changed to count as whole. */
const settled = 200;

export interface RecordFiles {
  /** Notes what is there as known. */
  note(): Promise<void>;
  /** Takes records that have come or changed. */
  takeMore(): Promise<void>;
  /** The same when nobody writes any longer; records whose files are gone are deleted. */
  takeRest(): Promise<void>;
}

interface Seen {
  readonly key: string;
  readonly state: string;
}

/** The records of a directory as Crawlee writes it: a file each, called by its key and by what it holds. */
export function recordFiles(directory: string, keyValues: StoredKeyValues, log: OpenRunLog): RecordFiles {
  const seen = new Map<string, Seen>();
  const namesNow = async (): Promise<string[]> => (await readdir(directory).catch(goneOrThrow)) ?? [];
  const take = async (isWhole: (changedAt: number) => boolean): Promise<Set<string>> => {
    const names = new Set(await namesNow());
    for (const name of names) {
      if (metadataName.test(name)) continue;
      const path = join(directory, name);
      const found = await stat(path).catch(goneOrThrow);
      if (found === undefined || !found.isFile() || !isWhole(found.mtimeMs)) continue;
      const state = `${found.mtimeMs} ${found.size}`;
      if (seen.get(name)?.state === state) continue;
      const value = await readFile(path).catch(goneOrThrow);
      if (value === undefined) continue;
      const { key, contentType } = await describe(directory, name, names);
      seen.set(name, { key, state });
      await keyValues.set(key, contentType, value).catch((error: unknown) => {
        if (!(error instanceof InvalidKeyError || error instanceof RecordTooLargeError)) throw error;
        log.write(`${name} was left out: ${error.message}`);
      });
    }
    return names;
  };
  return {
    async note() {
      for (const name of await namesNow()) {
        const { mtimeMs, size } = await stat(join(directory, name));
        seen.set(name, { key: keyOf(name), state: `${mtimeMs} ${size}` });
      }
    },
    async takeMore() {
      await take((changedAt) => Date.now() - changedAt > settled);
    },
    async takeRest() {
      const names = await take(() => true);
      for (const [name, { key }] of seen) if (!names.has(name)) await keyValues.delete(key);
    },
  };
}

const metadataName = /(^|\.)__metadata__\.json$/;

function keyOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

/** What a file beside it says of the record, else what its name says. */
async function describe(
  directory: string,
  name: string,
  names: ReadonlySet<string>,
): Promise<{ key: string; contentType: string }> {
  const said = { key: keyOf(name), contentType: contentTypeOf(name) };
  const beside = [name, keyOf(name)].map((base) => `${base}.__metadata__.json`).find((metadata) => names.has(metadata));
  const text = beside && (await readFile(join(directory, beside), 'utf8').catch(goneOrThrow));
  if (!text) return said;
  try {
    const { key = said.key, contentType, content_type = contentType } = JSON.parse(text);
    return { key: String(key), contentType: String(content_type ?? said.contentType) };
  } catch (error) {
    if (error instanceof SyntaxError) return said;
    throw error;
  }
}
