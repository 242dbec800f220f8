import { readdir, readFile, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import {
  checkKey,
  type Keys,
  type KeysWindow,
  type RecordFacts,
  RecordTooLargeError,
  type StoredKeyValues,
  sizeOf,
  wholeOf,
} from '../../key-value/store.js';
import { makeStorageDirectory, missingPathIsUndefined, replaceFile } from '../disk.js';
import { extensionOf } from './content-types.js';
import type { FolderContext, FoundFolder } from './folders.js';
import { foundFacts, keptFacts } from './found-facts.js';
import { metadataFile } from './item-files.js';
import { type Described, describe, guess, isMetadata, metadataOf } from './record-names.js';

export type CrawleeStore = StoredKeyValues & FoundFolder;

export const keptStores = keptFacts('crawlee-stores');

interface RecordFile extends Described {
  readonly name: string;
  /** Name of the metadata file beside it. */
  readonly beside: string | undefined;
}

/** Opens a key-value store that Crawlee created, in its directory: one file per record. */
export async function openCrawleeStore(
  directory: string,
  context: FolderContext & { readonly maxRecordBytes: number },
): Promise<CrawleeStore> {
  const { database, maxRecordBytes } = context;
  const durable = database.fsync !== 'never';
  const found = await foundFacts(directory, { kind: keptStores, what: 'key-value store', more: () => ({}) }, context);
  const pathOf = (name: string): string => join(directory, name);
  /** The records by key. If two files have the same key, the one whose name sorts last counts. */
  const recordsNow = async (): Promise<Map<string, RecordFile>> => {
    const names = ((await readdir(directory).catch(missingPathIsUndefined)) ?? []).sort();
    const all = new Set(names);
    const files = names.filter((name) => !isMetadata(name) && !isHalfWritten(name));
    const described = files.map(async (name): Promise<RecordFile> => {
      const beside = metadataOf(name, all);
      return { name, beside, ...((await describe(directory, name, beside)) ?? guess(name)) };
    });
    return new Map((await Promise.all(described)).map((file) => [file.key, file]));
  };
  const factsOf = async ({ name, key, contentType }: RecordFile): Promise<RecordFacts | undefined> => {
    const there = await stat(pathOf(name)).catch(missingPathIsUndefined);
    return there?.isFile() ? { key, contentType, size: there.size } : undefined;
  };
  const remove = async ({ name, beside }: RecordFile, kept?: string): Promise<void> => {
    if (name !== kept) await rm(pathOf(name), { force: true });
    if (beside !== undefined) await rm(pathOf(beside), { force: true });
  };
  return {
    ...found,
    get place() {
      return found.place;
    },
    get facts() {
      return { ...found.facts, modifiedAt: found.modifiedAt };
    },
    get: (key) =>
      found.inTurn(async () => {
        const file = (await recordsNow()).get(key);
        const value = file && (await readFile(pathOf(file.name)).catch(missingPathIsUndefined));
        return file && value && { key, contentType: file.contentType, size: value.length, value };
      }),
    head: (key) =>
      found.inTurn(async () => {
        const file = (await recordsNow()).get(key);
        return file && factsOf(file);
      }),
    async set(key, contentType, value) {
      checkKey(key);
      const size = sizeOf(value);
      if (size > maxRecordBytes) throw new RecordTooLargeError(key, size, maxRecordBytes);
      await found.inTurn(async () => {
        await makeStorageDirectory(directory);
        const before = (await recordsNow()).get(key);
        const extension = extensionOf(contentType);
        const name = `${key}${extension}`;
        await replaceFile(pathOf(name), wholeOf(value), durable);
        if (before !== undefined) await remove(before, name);
        const guessed = guess(name);
        const isGuessed = guessed.key === key && guessed.contentType === contentType;
        // A metadata file beside the record is needed if its name does not give key and type, or if the store has metadata anyway.
        if (!isGuessed || (await factsOf({ ...guessed, name: metadataFile, beside: undefined })) !== undefined) {
          // JSON within JSON, as Crawlee writes it.
          const metadata = JSON.stringify(JSON.stringify({ extension: extension.slice(1), key, contentType }));
          await replaceFile(pathOf(`${key}.${metadataFile}`), metadata, durable);
        }
        await found.look();
      });
    },
    delete: (key) =>
      found.inTurn(async () => {
        const file = (await recordsNow()).get(key);
        if (file !== undefined) await remove(file);
        await found.look();
      }),
    keys: ({ limit = 1000, exclusiveStartKey, prefix = '' }: KeysWindow = {}): Promise<Keys> =>
      found.inTurn(async () => {
        const files = [...(await recordsNow()).values()]
          .filter(({ key }) => key.startsWith(prefix) && (exclusiveStartKey === undefined || key > exclusiveStartKey))
          .sort((a, b) => (a.key < b.key ? -1 : 1));
        const page = files.slice(0, limit);
        const facts = await Promise.all(page.map(factsOf));
        const isTruncated = files.length > limit;
        return {
          items: facts.flatMap((one) => one ?? []),
          isTruncated,
          nextExclusiveStartKey: isTruncated ? page.at(-1)?.key : undefined,
        };
      }),
    update: found.update,
    read: found.read,
  };
}

/** Whether `replaceFile` is still writing a file: it renames the file when it is complete. */
function isHalfWritten(name: string): boolean {
  return /\.[0-9]{12}$/.test(name);
}
