import { createHash } from 'node:crypto';
import { mkdir, open, readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { UnreadableSourceError } from '@dataset-items/query-pipeline';
import { replaceFile } from '../storage/disk.js';
import { type KeyValueKeeping, keptKeyValues } from './kept-stores.js';
import type { RecordShelf, StoreRecord } from './shelf.js';
import { defaultMaxRecordBytes, type KeyValueStore, type RecordFacts } from './store.js';

export interface KeyValueFileOptions {
  readonly maxRecordBytes?: number;
  /** Whether what is stored outlives a loss of power, not only of the process. Default true. */
  readonly fsync?: boolean;
}

/**
 * Key-value stores in a directory: a folder each, with `store.json` and a file a record, which holds a line of JSON (key, content type)
 * and then the value. Folders without `store.json` are left alone.
 * @throws UnreadableSourceError
 */
export async function fileKeyValues(directory: string, options: KeyValueFileOptions = {}): Promise<KeyValueStore> {
  const { maxRecordBytes = defaultMaxRecordBytes, fsync = true } = options;
  await mkdir(directory, { recursive: true });
  const kept: KeyValueKeeping['kept'][number][] = [];
  for (const name of await readdir(directory)) {
    const folder = join(directory, name);
    const record = await readStoreRecord(folder);
    if (record === undefined) continue;
    kept.push({ record, shelf: fileShelf(folder, fsync, (await stat(folder)).mtime) });
  }
  const newShelf = async (record: StoreRecord): Promise<RecordShelf> => {
    const folder = join(directory, record.id);
    await mkdir(folder, { recursive: true });
    const shelf = fileShelf(folder, fsync, undefined);
    await shelf.keep(record);
    return shelf;
  };
  return keptKeyValues({ kept, newShelf, maxRecordBytes });
}

const storeFile = 'store.json';
const recordEnding = '.record';
/** What a write that a kill cut short leaves. */
const halfWritten = /\.(record|json)\.\d+$/;

function fileShelf(folder: string, fsync: boolean, changedAt: Date | undefined): RecordShelf {
  let modifiedAt = changedAt;
  let known: Promise<Map<string, RecordFacts>> | undefined;
  const records = (): Promise<Map<string, RecordFacts>> => {
    known ??= changedAt === undefined ? Promise.resolve(new Map()) : readFacts(folder);
    return known;
  };
  const pathOf = (key: string): string => join(folder, fileNameOf(key));
  return {
    get modifiedAt() {
      return modifiedAt;
    },
    facts: records,
    async get(key) {
      if (!(await records()).has(key)) return undefined;
      const bytes = await readFile(pathOf(key)).catch(goneOrThrow(pathOf(key)));
      if (bytes === undefined) return undefined;
      const { facts, start } = parseHead(bytes, bytes.length, pathOf(key));
      return { ...facts, value: bytes.subarray(start) };
    },
    async set({ value, size, key, contentType }) {
      const facts = await records();
      const head = Buffer.from(`${JSON.stringify({ key, contentType })}\n`);
      await replaceFile(pathOf(key), Buffer.concat([head, value]), fsync);
      facts.set(key, { key, contentType, size });
      modifiedAt = new Date();
    },
    async delete(key) {
      if (!(await records()).delete(key)) return;
      await rm(pathOf(key), { force: true });
      modifiedAt = new Date();
    },
    keep: (record) => replaceFile(join(folder, storeFile), JSON.stringify(record), fsync),
    remove: () => rm(folder, { recursive: true, force: true }),
  };
}

/** To be recognized, whatever the key's length, and of its own where the file system knows no upper and lower case. */
function fileNameOf(key: string): string {
  const hash = createHash('sha256').update(key).digest('hex').slice(0, 16);
  return `${key.slice(0, 100).replace(/[^\w-]/g, '_')}.${hash}${recordEnding}`;
}

async function readStoreRecord(folder: string): Promise<StoreRecord | undefined> {
  const path = join(folder, storeFile);
  const text = await readFile(path, 'utf8').catch(goneOrThrow(path));
  if (text === undefined) return undefined;
  try {
    const record = JSON.parse(text);
    return { ...record, createdAt: new Date(record.createdAt), accessedAt: new Date(record.accessedAt) };
  } catch (error) {
    throw new UnreadableSourceError(path, 'is not JSON, expected what the emulator wrote', { cause: error });
  }
}

async function readFacts(folder: string): Promise<Map<string, RecordFacts>> {
  const facts = new Map<string, RecordFacts>();
  for (const name of await readdir(folder)) {
    const path = join(folder, name);
    if (halfWritten.test(name)) await rm(path, { force: true });
    if (!name.endsWith(recordEnding)) continue;
    const file = await open(path);
    try {
      const { size } = await file.stat();
      const { buffer, bytesRead } = await file.read(Buffer.alloc(longestHead), 0, longestHead, 0);
      const record = parseHead(buffer.subarray(0, bytesRead), size, path).facts;
      facts.set(record.key, record);
    } finally {
      await file.close();
    }
  }
  return facts;
}

/** Bytes. */
const longestHead = 8192;

function parseHead(bytes: Buffer, size: number, path: string): { readonly facts: RecordFacts; readonly start: number } {
  const start = bytes.indexOf(0x0a) + 1;
  if (start === 0) throw new UnreadableSourceError(path, 'has no first line, expected a record that the emulator wrote');
  try {
    const { key, contentType } = JSON.parse(bytes.toString('utf8', 0, start));
    return { facts: { key, contentType, size: size - start }, start };
  } catch (error) {
    throw new UnreadableSourceError(path, 'has no JSON in its first line, expected a record that the emulator wrote', {
      cause: error,
    });
  }
}

function goneOrThrow(path: string): (error: NodeJS.ErrnoException) => undefined {
  return (error) => {
    if (error.code === 'ENOENT' || error.code === 'ENOTDIR') return undefined;
    throw new UnreadableSourceError(path, error.message, { cause: error });
  };
}
