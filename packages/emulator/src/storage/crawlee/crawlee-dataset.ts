import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { type CheckedSource, itemFilesSource } from '@dataset-items/sources';
import { makeStorageDirectory } from '../disk.js';
import { itemLines } from '../item-lines.js';
import type { DatasetFacts, StoredDataset } from '../store.js';
import { fieldStatistics, leafPaths } from '../tally.js';
import type { FolderContext, FoundFolder } from './folders.js';
import { foundFacts, type KeptFacts, keptFacts } from './found-facts.js';
import { endJournal, putItems } from './journal.js';
import { updateItemCount } from './metadata.js';
import { type KeptSeen, keepSeen, type Seen, see, seeMore, signatureOf } from './seen.js';

interface Kept extends KeptFacts {
  readonly seen: KeptSeen;
}

/** The stored state of Crawlee's datasets, apart from their files, by the name of the directory. */
export const keptForeign = keptFacts<Kept>('crawlee-datasets');

/** A dataset that Crawlee created. It stays in its directory, which Crawlee may use at the same time. */
export type CrawleeDataset = StoredDataset & FoundFolder;

/** Opens such a dataset. A push that was interrupted is completed first. */
export async function openCrawlee(directory: string, context: FolderContext): Promise<CrawleeDataset> {
  const { database, notes } = context;
  const durable = database.fsync !== 'never';
  await endJournal(directory, database, durable);
  const more = () => ({ seen: keepSeen(seen) });
  const found = await foundFacts<Kept>(directory, { kind: keptForeign, what: 'dataset', more }, context);
  let seen: Seen = await see(directory, found.kept?.seen);
  let signature = '';
  let closed = false;
  const look = async (): Promise<void> => {
    const before = seen;
    seen = await seeMore(directory, before);
    if (seen !== before) notes.add(found);
  };
  const lookIfOpen = async (): Promise<void> => (closed ? undefined : look());
  const facts = (): DatasetFacts => {
    const { items, cleanItems, bytes } = seen.tally;
    const modifiedAt = seen.changedAt ?? found.facts.createdAt;
    return { ...found.facts, modifiedAt, itemCount: items, cleanItemCount: cleanItems, bytes };
  };
  const version = (): string => `${seen.changedAt?.getTime().toString(36)}-${seen.files.length}-${signature}`;
  return {
    directory,
    get place() {
      return found.place;
    },
    get facts() {
      return facts();
    },
    get version() {
      return version();
    },
    get malformed() {
      return seen.malformed;
    },
    check() {},
    refresh: () =>
      found.inTurn(async () => {
        await lookIfOpen();
        signature = await signatureOf(directory, seen.files);
      }),
    source() {
      found.checkThere();
      const { id, name = id } = found.facts;
      const given = { id, name, modifiedAt: facts().modifiedAt, version: version() };
      return orRemoved(itemFilesSource(directory, seen.files, given, { skipMalformed: true }), found.checkThere);
    },
    async push(items) {
      const { lines } = await itemLines(items, found.facts.name ?? found.facts.id);
      if (lines.length === 0) return found.checkThere();
      await found.inTurn(async () => {
        if (closed) throw new UnwritableOutputError(directory, 'the store was closed');
        await look();
        await makeStorageDirectory(directory);
        await putItems(directory, database, { first: seen.files.next, lines }, durable);
        await updateItemCount(directory, seen.files.next - 1 + lines.length, durable);
        await look();
      });
    },
    async statistics() {
      return fieldStatistics(seen.tally, found.facts.schema);
    },
    leafPaths: async () => leafPaths(seen.tally.fields),
    update: found.update,
    read: found.read,
    settle: found.settle,
    look: () => found.inTurnIfThere(lookIfOpen),
    leave: found.leave,
    keep: found.keep,
    async close() {
      closed = true;
      await found.close();
    },
  };
}

/** If the dataset is removed while it is read, that is the reason of every failure. */
function orRemoved(source: CheckedSource, checkThere: () => void): CheckedSource {
  const walk = async function* <T>(parts: AsyncIterable<T> | Iterable<T>): AsyncGenerator<T> {
    try {
      yield* parts;
    } catch (error) {
      checkThere();
      throw error;
    }
  };
  return {
    ...source,
    read: (window, signal) => walk(source.read(window, signal)),
    async json(window, signal) {
      const reading = await source.json?.(window, signal);
      return reading !== undefined && 'pieces' in reading ? { ...reading, pieces: walk(reading.pieces) } : reading;
    },
  };
}
