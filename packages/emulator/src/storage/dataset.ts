import { UnwritableOutputError } from '@dataset-items/query-pipeline';
import { oneAtATime } from '../one-at-a-time.js';
import { put } from '../store/changes.js';
import type { Cell, Collection } from '../store/collection.js';
import type { Database } from '../store/database.js';
import { recordChanges } from '../store/record-changes.js';
import { withChanges } from '../store/things.js';
import type { DatasetRecord } from './dataset-record.js';
import { itemLines, type Pushed } from './item-lines.js';
import type { ItemCounts, ItemPlace } from './items/place.js';
import type { DatasetChanges, DatasetFacts, StoredDataset } from './store.js';
import { addFresh, foldDelay, mostFresh, readFields, tallies } from './tallies.js';
import { addTally, emptyTally, fieldStatistics, keepFields, leafPaths } from './tally.js';

export type DatasetCell = Cell<DatasetRecord, ItemCounts>;

/** A dataset that the emulator created. */
export interface OwnDataset extends StoredDataset {
  readonly cell: DatasetCell;
  readonly place: ItemPlace;
  close(): Promise<void>;
}

export interface OwnDatasetOptions {
  readonly collection: Pick<Collection<DatasetRecord, ItemCounts, unknown>, 'checkThere' | 'countsChange' | 'update' | 'note'>;
  readonly database: Database;
  readonly warn: (message: string) => void;
}

/** Approximate size in bytes of a group of pushes. It limits memory. */
const groupBytes = 8 * 1024 * 1024;

interface Waiting {
  readonly pushed: Pushed;
  resolve(): void;
  reject(error: unknown): void;
}

export function ownDataset(cell: DatasetCell, place: ItemPlace, { database, warn, collection }: OwnDatasetOptions): OwnDataset {
  const { checkThere } = collection;
  const { id } = cell.record;
  const waiting: Waiting[] = [];
  let running: Promise<void> | undefined;
  let closed = false;
  let timer: NodeJS.Timeout | undefined;
  const inTurn = oneAtATime();
  /** Adds the recent counts to the stored tally, so that a push does not rewrite the whole tally. */
  const fold = async (): Promise<void> => {
    clearTimeout(timer);
    timer = undefined;
    if (cell.leaving || cell.counts.fresh.length === 0) return;
    const fields = await readFields(database, cell.key, cell.counts.fresh);
    const counts = { ...cell.counts, fresh: [] };
    await database.commit([put(tallies, cell.key, keepFields(fields)), collection.countsChange(cell, counts)], { lazy: true });
    cell.counts = counts;
  };
  const nameNow = (): string => cell.record.name ?? id;
  const version = (): string => `${cell.record.createdAt.getTime().toString(36)}-${cell.key}-${cell.counts.items}`;
  let latest: { readonly of: DatasetRecord; readonly counts: ItemCounts; readonly facts: DatasetFacts } | undefined;
  const facts = (): DatasetFacts => {
    const { record, counts } = cell;
    // A request asks several times.
    if (latest?.of !== record || latest.counts !== counts) latest = { of: record, counts, facts: factsOf(record, counts) };
    return latest.facts;
  };
  const warnOf = (error: Error): void => warn(error.message);
  const write = async (group: readonly Waiting[]): Promise<void> => {
    checkThere(cell);
    const pushes = group.map(({ pushed }) => pushed);
    const { counts: before } = cell;
    const written = await place.write(pushes, before);
    const added = emptyTally();
    for (const pushed of pushes) addTally(added, pushed.tally);
    const counts: ItemCounts = {
      size: written.size,
      tail: written.tail,
      items: before.items + added.items,
      cleanItems: before.cleanItems + added.cleanItems,
      bytes: before.bytes + added.bytes,
      modifiedAt: new Date(),
      fresh: addFresh(before.fresh, added.fields),
    };
    // The dataset may have been removed while the bytes were written.
    checkThere(cell);
    await database.commit([collection.countsChange(cell, counts), ...written.changes]);
    cell.counts = counts;
    written.done();
    if (counts.fresh.length > mostFresh) await fold().catch(warnOf);
    else timer ??= setTimeout(() => inTurn(fold).catch(warnOf), foldDelay).unref();
  };
  const run = async (): Promise<void> => {
    while (waiting.length > 0) {
      const group = takeGroup(waiting);
      try {
        await inTurn(() => write(group));
        for (const { resolve } of group) resolve();
      } catch (error) {
        for (const { reject } of group) reject(error);
      }
    }
    running = undefined;
  };
  return {
    cell,
    place,
    get facts() {
      return facts();
    },
    get version() {
      return version();
    },
    check: () => place.check(cell.counts),
    async refresh() {},
    source() {
      checkThere(cell);
      place.check(cell.counts);
      return place.source({ id, name: nameNow(), modifiedAt: facts().modifiedAt, version: version() }, cell.counts);
    },
    async push(items) {
      const pushed = await itemLines(items, nameNow());
      checkThere(cell);
      if (closed) throw new UnwritableOutputError(nameNow(), 'the store was closed');
      if (pushed.lines.length === 0) return;
      await new Promise<void>((resolve, reject) => {
        waiting.push({ pushed, resolve, reject });
        running ??= run();
      });
    },
    async statistics() {
      const fields = await inTurn(() => readFields(database, cell.key, cell.counts.fresh));
      return fieldStatistics({ items: cell.counts.items, fields }, cell.record.schema);
    },
    leafPaths: async () => leafPaths(await inTurn(() => readFields(database, cell.key, cell.counts.fresh))),
    update: (changes) => collection.update(cell, (record) => changed(record, changes)),
    read: recordChanges(cell, collection).read,
    async close() {
      closed = true;
      await running;
      if (timer !== undefined) await inTurn(fold);
      if (!cell.leaving) await place.flush();
    },
  };
}

function factsOf({ folder: _, isCanonical: __, ...record }: DatasetRecord, counts: ItemCounts): DatasetFacts {
  const { items, cleanItems, bytes, modifiedAt = record.createdAt } = counts;
  return { ...record, modifiedAt, itemCount: items, cleanItemCount: cleanItems, bytes };
}

function changed(record: DatasetRecord, { schema, ...changes }: DatasetChanges): DatasetRecord {
  return { ...withChanges(record, changes), ...(schema !== undefined && { schema: schema ?? undefined }) };
}

function takeGroup(waiting: Waiting[]): Waiting[] {
  let bytes = 0;
  let count = 0;
  for (const { pushed } of waiting) {
    bytes += pushed.tally.bytes;
    count++;
    if (bytes >= groupBytes) break;
  }
  return waiting.splice(0, count);
}
