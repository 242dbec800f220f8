import { createHmac, randomBytes } from 'node:crypto';
import { mkdir, readdir, readFile, rm, stat, utimes, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { unwritable } from '@dataset-items/temporary-file';
import type { Marks } from './marks.js';

/** One file of stored items. */
export interface Entry {
  /** Stands for a dataset as one caller may read it. Made by `nameOf`, as is the version. */
  readonly id: string;
  readonly version: string;
  /** Number of stored items in the file. */
  readonly count: number;
  /** Size of the file. */
  readonly bytes: number;
  readonly path: string;
  /** Number of responses that read the file. It is not removed before they end. */
  readers: number;
  /** Read when they are first needed. */
  marks?: Promise<Marks>;
  /** The file is to be removed as soon as it has no readers. */
  isDoomed: boolean;
}

/** The files of a cache. */
export interface Entries {
  /** A name made of a text, from which the text cannot be found out without the secret of the directory. */
  nameOf(text: string): string;
  /** The entry, with one more reader. The caller must release it. */
  find(id: string, version: string): Entry | undefined;
  /** The path of the complete file of an entry. */
  pathOf(entry: Pick<Entry, 'id' | 'version' | 'count' | 'bytes'>): string;
  /** A new path for a file that is not complete yet. */
  partialPath(): string;
  /** Adds a complete file. Removes other versions of the same items, and then the least recently used files beyond the size. */
  add(path: string): Promise<void>;
  /** One reader less. */
  release(entry: Entry): Promise<void>;
}

const fileName = /^([0-9a-f]{32})-([0-9a-f]{32})-(\d+)-(\d+)\.jsonl$/;

/**
 * Opens the directory of a cache. Files that an earlier process did not complete are removed.
 * @param size largest number of bytes of all files
 * @throws UnwritableOutputError
 */
export async function openEntries(directory: string, size: number): Promise<Entries> {
  const refuse = (error: Error): never => {
    throw unwritable(directory, error);
  };
  await mkdir(directory, { recursive: true, mode: 0o700 }).catch(refuse);
  const key = await secretOf(directory).catch(refuse);
  /** The least recently used first. */
  const known = new Map<string, Entry>();
  const keyOf = ({ id, version }: Pick<Entry, 'id' | 'version'>): string => `${id}-${version}`;

  const entryAt = async (name: string): Promise<(Entry & { usedAt: number }) | undefined> => {
    const [, id = '', version = '', count = '', bytes = ''] = fileName.exec(name) ?? [];
    const path = join(directory, name);
    const found = id === '' ? undefined : await stat(path).catch(() => undefined);
    if (found === undefined) return undefined;
    // A power failure can cut off a file that was complete.
    if (found.size !== Number(bytes)) return void (await rm(path, { force: true }));
    return {
      ...{ id, version, count: Number(count), bytes: found.size, path },
      readers: 0,
      isDoomed: false,
      usedAt: found.mtimeMs,
    };
  };
  const remove = async (entry: Entry): Promise<void> => {
    known.delete(keyOf(entry));
    entry.isDoomed = true;
    if (entry.readers === 0) await rm(entry.path, { force: true });
  };
  const shrink = async (): Promise<void> => {
    let bytes = [...known.values()].reduce((sum, entry) => sum + entry.bytes, 0);
    for (const entry of [...known.values()]) {
      if (bytes <= size) return;
      bytes -= entry.bytes;
      await remove(entry);
    }
  };

  const names = await readdir(directory).catch(refuse);
  for (const name of names) if (name.endsWith('.partial')) await rm(join(directory, name), { force: true }).catch(refuse);
  const found = (await Promise.all(names.map(entryAt))).filter((entry) => entry !== undefined);
  for (const entry of found.sort((one, other) => one.usedAt - other.usedAt)) known.set(keyOf(entry), entry);
  await shrink().catch(refuse);

  return {
    nameOf: (text) => createHmac('sha256', key).update(text).digest('hex').slice(0, 32),
    find(id, version) {
      const entry = known.get(keyOf({ id, version }));
      if (entry === undefined) return undefined;
      entry.readers++;
      known.delete(keyOf(entry));
      known.set(keyOf(entry), entry);
      const now = new Date();
      // After a restart the order of use is read from these times. Nothing else depends on them.
      utimes(entry.path, now, now).catch(() => undefined);
      return entry;
    },
    pathOf: ({ count, bytes, ...entry }) => join(directory, `${keyOf(entry)}-${count}-${bytes}.jsonl`),
    partialPath: () => join(directory, `${randomBytes(8).toString('hex')}.partial`),
    async add(path) {
      const entry = await entryAt(path.slice(directory.length).replace(/^[/\\]+/, ''));
      if (entry === undefined) return;
      for (const other of [...known.values()]) if (other.id === entry.id) await remove(other);
      known.set(keyOf(entry), entry);
      await shrink();
    },
    async release(entry) {
      entry.readers--;
      if (entry.isDoomed && entry.readers === 0) await rm(entry.path, { force: true });
    },
  };
}

/** A secret for `nameOf`, so that nobody can find out a token by comparing names of files. It stays the same for a directory. */
async function secretOf(directory: string): Promise<Buffer> {
  const path = join(directory, 'secret');
  const kept = await readFile(path).catch(() => undefined);
  if (kept !== undefined && kept.length === 32) return kept;
  const made = randomBytes(32);
  await writeFile(path, made, { mode: 0o600 });
  return made;
}
