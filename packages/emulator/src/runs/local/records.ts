import { readdir, readFile, stat } from 'node:fs/promises';
import { extname, join } from 'node:path';
import { InvalidKeyError, RecordTooLargeError, type StoredKeyValues } from '../../key-value/store.js';
import type { OpenRunLog } from '../log/run-log.js';
import { contentTypeOf } from './content-types.js';
import { goneOrThrow } from './items.js';

/** Milliseconds since it changed after which a file counts as whole. */
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
  const take = async (isLast: boolean): Promise<Set<string>> => {
    const names = new Set(await namesNow());
    for (const name of names) {
      if (metadataName.test(name)) continue;
      const path = join(directory, name);
      const found = await stat(path).catch(goneOrThrow);
      if (found === undefined || !found.isFile()) continue;
      if (!isLast && Date.now() - found.mtimeMs < settled) continue;
      const beside = metadataOf(name, names);
      const state = `${found.mtimeMs} ${found.size} ${beside}`;
      const before = seen.get(name);
      if (before?.state === state) continue;
      const value = await readFile(path).catch(goneOrThrow);
      const said = await describe(directory, name, beside);
      if (value === undefined || (said === undefined && !isLast)) continue;
      const { key, contentType } = said ?? guess(name);
      if (before !== undefined && before.key !== key) await keyValues.delete(before.key);
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

const metadataName = /(^|\.)__metadata__\.json$/;

function keyOf(name: string): string {
  return name.slice(0, name.length - extname(name).length);
}

interface Described {
  readonly key: string;
  readonly contentType: string;
}

function guess(name: string): Described {
  return { key: keyOf(name), contentType: contentTypeOf(name) };
}

/** The file beside a record that says what it is, where there is one. */
function metadataOf(name: string, names: ReadonlySet<string>): string | undefined {
  return [name, keyOf(name)].map((base) => `${base}.__metadata__.json`).find((metadata) => names.has(metadata));
}

/** What a file beside it says of the record, else what its name says; `undefined` where that file is not whole. */
async function describe(directory: string, name: string, beside: string | undefined): Promise<Described | undefined> {
  const guessed = guess(name);
  const text = beside && (await readFile(join(directory, beside), 'utf8').catch(goneOrThrow));
  if (text === undefined) return guessed;
  try {
    const parsed = JSON.parse(text);
    // Crawlee for JavaScript makes JSON of JSON.
    const said = typeof parsed === 'string' ? JSON.parse(parsed) : parsed;
    const { key = guessed.key, contentType, content_type = contentType ?? guessed.contentType } = said;
    return { key: String(key), contentType: String(content_type) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}
